import { link, sourceKey } from '../../src/runtime/link.ts';
import type { Launch } from '../../src/runtime/runtime.ts';

/**
 * Checks launches against their kernels: a launch binds and sets exactly what its kernel declares, and each parameter
 * of a part is read by some kernel with that part. Messages name the file of the declaration.
 */
export function lintLaunches(launches: Iterable<Launch>): string[] {
  const findings = new Set<string>();
  const declared = new Set<string>();
  const read = new Set<string>();
  const met = new Set<string>();
  for (const { op, kernel, bind, params } of launches) {
    // Constants change no name.
    const key = `${op} ${sourceKey({ ...kernel, constants: {} })} ${Object.keys(bind)} ${Object.keys(params)}`;
    if (met.has(key)) continue;
    met.add(key);
    const linked = link(kernel, 'kept');
    const code = linked.code.replace(/\/\/.*$/gm, '');
    for (const name of linked.bindingNames)
      if (!(name in bind)) findings.add(`${op} does not bind ${name} of ${linked.entry}`);
    for (const name in bind)
      if (!linked.bindingNames.has(name)) findings.add(`${op} binds ${name}, which ${linked.entry} does not have`);
    for (const name in params)
      if (!linked.paramNames.has(name)) findings.add(`${op} sets ${name}, which no part of ${linked.entry} declares`);
    for (const { name, declaredIn } of linked.params) {
      if (declaredIn === undefined) continue;
      if (!(name in params)) findings.add(`${declaredIn}: ${op} does not set the parameter ${name}`);
      declared.add(`${declaredIn}: no kernel reads the parameter ${name}`);
      if (new RegExp(`\\bparams\\.${name}\\b`).test(code))
        read.add(`${declaredIn}: no kernel reads the parameter ${name}`);
    }
  }
  return [...findings, ...[...declared].filter((finding) => !read.has(finding))];
}
