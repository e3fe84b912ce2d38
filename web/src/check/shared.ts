import type { CheckReport, CheckRow, Finding } from 'gradfold/check';
import { FLOAT_TYPES } from '../../../src/conformance/suite/half.ts';
import { PLAN_NAMES } from '../../../src/conformance/suite/plans.ts';
import { count, flag, listOf, moment, number, oneOf, type Reader, record, text } from './fields.ts';
import { LinkError, LONGEST, packed, unpacked } from './fragment.ts';
import type { CheckResult, SpecialCell, SpecialGrid, SpecialRow } from './result.ts';

/** The prefix of a fragment with a result. Other fragments are anchors on the page. */
const MARK = 'result=';
/** The version of the format after the prefix. */
const VERSION = 2;
/** Significant digits, more than any figure shows. */
const DIGITS = 6;

/** The result as the fragment of a link, without `#`. @throws LinkError when it would be too long. */
export async function fragmentOf(result: CheckResult): Promise<string> {
  const fragment = await packed(JSON.stringify({ version: VERSION, ...result }, writable));
  if (fragment.length > LONGEST) {
    throw new LinkError('There are too many errors to fit in a link. Copy the result as JSON instead.');
  }
  return MARK + fragment;
}

/** The result in a fragment; undefined for an anchor on the page. @throws LinkError */
export async function resultIn(hash: string): Promise<CheckResult | undefined> {
  const fragment = hash.replace(/^#/, '');
  if (!fragment.startsWith(MARK)) {
    if (fragment === '' || document.getElementById(fragment)) return undefined;
    throw new LinkError('The link does not contain a result of this check.');
  }
  return readResult(await unpacked(fragment.slice(MARK.length)));
}

/** @throws LinkError */
export function readResult(json: string): CheckResult {
  let version: unknown;
  try {
    const document: unknown = JSON.parse(json);
    ({ version } = VERSIONED(document));
    if (version === VERSION) return RESULT(document);
    if (version === 1) return RESULT(renamed(document));
  } catch (cause) {
    throw new LinkError('The link does not contain a result of this check.', { cause });
  }
  throw new LinkError(
    `The link was made by another version of this page: its format is ${version}, expected ${VERSION}.`,
  );
}

/** The names of some fields in version 1. */
const FORMERLY: Readonly<Record<string, string>> = { loop: 'baseline', allowed: 'budget', strayed: 'misrounded' };

/** A document of version 1 with the current names. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      FORMERLY[name] ?? name,
      name === 'plan' && field === 'own' ? 'default' : renamed(field),
    ]),
  );
}

/** Rounds numbers, and writes those that JSON cannot represent as text. */
function writable(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
}

const VERSIONED = record({ version: count });
const FLOAT = oneOf(FLOAT_TYPES);
const PLAN = oneOf(PLAN_NAMES);
const COMMON = { op: text, from: FLOAT, to: FLOAT, plan: PLAN, error: number, baseline: number, budget: number };

const ROW: Reader<CheckRow> = record<Omit<CheckRow, 'misrounded'>, Required<Pick<CheckRow, 'misrounded'>>>(
  { ...COMMON, cases: count, ok: flag },
  { misrounded: number },
);

type Optional = Required<Pick<Finding, 'misrounded' | 'values' | 'over'>>;

const FINDING: Reader<Finding> = record<Omit<Finding, keyof Optional>, Optional>(
  { ...COMMON, name: text, result: text },
  { misrounded: count, values: count, over: text },
);

const REPORT = record<CheckReport>({
  adapter: record({
    ...{ vendor: text, architecture: text, description: text, software: flag },
    features: listOf(text),
  }),
  limits: oneOf(['adapter', 'default', 'compatibility']),
  form: oneOf(['quick', 'full']),
  rows: listOf(ROW),
  missing: listOf(text),
  over: listOf(FINDING),
  cases: count,
  results: count,
  seconds: number,
  ok: flag,
});

const CELL = record<SpecialCell>({ got: number, wanted: number, differs: flag });
const SPECIALS = record<SpecialGrid>({
  inputs: listOf(number),
  rows: listOf(record<SpecialRow>({ op: text, formula: text, cells: listOf(CELL) })),
});

const RESULT = record<CheckResult>({ report: REPORT, specials: SPECIALS, at: moment });
