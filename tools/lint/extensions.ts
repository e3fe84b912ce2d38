import type { Module } from '../../src/conformance/wgsl/module.ts';
import type { Token } from '../../src/conformance/wgsl/tokens.ts';
import type { Problem } from './problem.ts';

/** Features that a kernel may enable or require, and the tokens that use them. */
const FEATURES: Record<string, (token: Token, after: Token | undefined) => boolean> = {
  subgroups: ({ text }) => /^(?:subgroup|quad)[A-Z]/.test(text) || SUBGROUP_BUILTINS.includes(text),
  subgroup_id: ({ text }, after) => ['subgroup_id', 'num_subgroups'].includes(text) && after?.text === ')',
  f16: ({ kind, text }) => (kind === 'number' ? /h$/.test(text) : /^(?:f16|vec[234]h|mat[234]x[234]h)$/.test(text)),
};
const SUBGROUP_BUILTINS = ['subgroup_invocation_id', 'subgroup_size'];

/**
 * Allows only the first version of WGSL plus the features that the text enables or requires, each of which it must use.
 * A browser that has a language feature accepts it even if it is not required, so an accidental use would fail only in
 * other browsers.
 */
export function checkExtensions(module: Module): Problem[] {
  return [...checkDirectives(module), ...checkUses(module), ...checkNames(module), ...checkPointers(module)];
}

function checkDirectives({ directives, tokens }: Module): Problem[] {
  const body = tokens.filter((token) => !directives.some(({ names }) => names.includes(token)));
  return directives.flatMap(({ keyword, names }) =>
    names.flatMap((name) => {
      const uses = keyword === (name.text === 'subgroup_id' ? 'requires' : 'enable') ? FEATURES[name.text] : undefined;
      if (!uses) return [{ token: name, what: `${keyword} ${name.text}: no kernel may use that` }];
      if (body.some((token, at) => uses(token, body[at + 1]))) return [];
      return [{ token: name, what: `${keyword} ${name.text}, which is not used` }];
    }),
  );
}

function checkUses({ directives, tokens }: Module): Problem[] {
  const asked = directives.flatMap(({ names }) => names);
  return Object.entries(FEATURES).flatMap(([feature, uses]) => {
    const token = tokens.find((token, at) => !asked.includes(token) && uses(token, tokens[at + 1]));
    if (!token || asked.some(({ text }) => text === feature)) return [];
    return [{ token, what: `${token.text} needs ${feature}, which is neither enabled nor required` }];
  });
}

const ATTRIBUTES = ['compute', 'workgroup_size', 'builtin', 'group', 'binding', 'align', 'size'];
const BUILTINS = [
  ...['local_invocation_index', 'local_invocation_id', 'global_invocation_id', 'workgroup_id', 'num_workgroups'],
  ...['subgroup_id', 'num_subgroups', ...SUBGROUP_BUILTINS],
];
const SPACES = ['private', 'workgroup', 'uniform', 'storage'];
const STATEMENTS = ['if', 'for', 'while', 'switch', 'return', 'case', 'loop'];
/** The functions of WGSL's first version that a compute kernel may call, without textures. */
const FUNCTIONS = new Set(
  `abs acos acosh all any asin asinh atan atan2 atanh bitcast ceil clamp cos cosh countLeadingZeros countOneBits
  countTrailingZeros cross degrees determinant distance dot exp exp2 extractBits faceForward firstLeadingBit
  firstTrailingBit floor fma fract frexp insertBits inverseSqrt ldexp length log log2 max min mix modf normalize
  pack2x16float pack2x16snorm pack2x16unorm pack4x8snorm pack4x8unorm pow quantizeToF16 radians reflect refract
  reverseBits round saturate select sign sin sinh smoothstep sqrt step storageBarrier tan tanh transpose trunc
  unpack2x16float unpack2x16snorm unpack2x16unorm unpack4x8snorm unpack4x8unorm workgroupBarrier workgroupUniformLoad
  atomicAdd atomicAnd atomicCompareExchangeWeak atomicExchange atomicLoad atomicMax atomicMin atomicOr atomicStore
  atomicSub atomicXor arrayLength array bool f16 f32 i32 u32`.split(/\s+/),
);
const MADE_TYPE = /^(?:vec[234]|mat[234]x[234])[iufh]?$/;

/** Finds calls, attributes, built-in values and address spaces that neither the text nor WGSL's first version has. */
function checkNames(module: Module): Problem[] {
  const { tokens, functions, structs, aliases, variables } = module;
  const own = (name: string) => functions.has(name) || structs.has(name) || aliases.has(name);
  const isKnown = (name: string) =>
    own(name) || FUNCTIONS.has(name) || MADE_TYPE.test(name) || /^(?:subgroup|quad)[A-Z]/.test(name);
  const unknown = (token: Token, kind: string): Problem => ({
    token,
    what: `${token.text} is not a plain WGSL ${kind}`,
  });
  return [
    ...tokens.flatMap((token, at) => {
      const before = tokens[at - 1]?.text;
      if (token.kind !== 'word') return [];
      if (before === '@') return ATTRIBUTES.includes(token.text) ? [] : [unknown(token, 'attribute')];
      if (before === '(' && tokens[at - 2]?.text === 'builtin')
        return BUILTINS.includes(token.text) ? [] : [unknown(token, 'built-in value')];
      if (tokens[at + 1]?.text !== '(' || before === 'fn' || STATEMENTS.includes(token.text)) return [];
      return isKnown(token.text) ? [] : [unknown(token, 'function')];
    }),
    ...variables
      .filter(({ space }) => !SPACES.includes(space))
      .map(({ name, space }) => ({ token: name, what: `${name.text} is in address space '${space}'` })),
  ];
}

const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^='];

/** Finds features of later versions: pointers into shared memory, `p.x` for `(*p).x`, and `v.xy = …`. */
function checkPointers({ functions, tokens }: Module): Problem[] {
  const problems: Problem[] = [];
  for (const { signature, body } of functions.values()) {
    for (const [at, token] of signature.entries()) {
      if (token.text !== 'ptr') continue;
      const space = signature[at + 2]?.text ?? '';
      if (!['function', 'private'].includes(space)) problems.push({ token, what: `a parameter points to ${space}` });
      const name = signature[at - 2]?.text;
      const direct = body.find(
        ({ text }, i) => text === name && /^[.[]$/.test(body[i + 1]?.text ?? '') && body[i - 1]?.text !== '.',
      );
      if (direct) problems.push({ token: direct, what: `${name} is a pointer: write (*${name})` });
    }
  }
  for (const [at, token] of tokens.entries()) {
    if (token.text !== '.' || !/^(?:[xyzw]{2,4}|[rgba]{2,4})$/.test(tokens[at + 1]?.text ?? '')) continue;
    if (ASSIGNMENTS.includes(tokens[at + 2]?.text ?? ''))
      problems.push({ token, what: 'several components are assigned at once' });
  }
  return problems;
}
