import { Tensor } from '../../src/core/tensor.ts';
import * as ops from '../../src/index.ts';
import type { HostInputs, Library, Op, Options, Tensors, Wanted } from './call.ts';

type Functions = Record<string, (...args: unknown[]) => unknown>;

/**
 * An op that is called alike on the GPU and by the judge: the inputs named are its first arguments, the others options.
 * What returns one array has it as result `y`.
 */
export function direct(name: string, positional: readonly string[], rest: Omit<Op, 'run' | 'compute'>): Op {
  const call = (library: object, inputs: Tensors | HostInputs, options: Options) => {
    const optional = Object.entries(inputs).filter(([input]) => !positional.includes(input));
    const args = positional.map((input) => inputs[input]);
    return (library as Functions)[name]?.(...args, { ...options, ...Object.fromEntries(optional) });
  };
  return {
    ...rest,
    run: (inputs, options) => {
      const result = call(ops, inputs, options);
      return result instanceof Tensor ? { y: result } : (result as Record<string, Tensor>);
    },
    compute: (library: Library, inputs, options) => {
      const result = call(library, inputs, options) as Wanted | Record<string, Wanted>;
      return 'data' in result ? { y: result as Wanted } : result;
    },
  };
}
