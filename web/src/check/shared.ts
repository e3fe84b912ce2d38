import type { CheckReport, CheckRow, Finding } from 'gradfold/check';
import { FLOAT_TYPES } from '../../../src/conformance/suite/half.ts';
import { EVERY_PLAN_AND_UNALIGNED } from '../../../src/conformance/suite/plans.ts';
import { count, flag, listOf, moment, number, oneOf, type Reader, record, text } from './fields.ts';
import { LinkError, LONGEST, packed, unpacked } from './fragment.ts';
import type { CheckResult, SpecialCell, SpecialGrid, SpecialRow } from './result.ts';

/** What a fragment begins with that holds a result. Others are places on the page. */
const MARK = 'result=';
/** Of what follows. A change of its form is another version. */
const VERSION = 2;
/** More than any figure shows. */
const DIGITS = 6;

/** The result as the fragment of a link, without its `#`. @throws LinkError where that would be too long. */
export async function fragmentOf(result: CheckResult): Promise<string> {
  const fragment = await packed(JSON.stringify({ version: VERSION, ...result }, writable));
  if (fragment.length > LONGEST) {
    throw new LinkError('So much is wrong here that no link can hold it. Copy the result as JSON instead.');
  }
  return MARK + fragment;
}

/** The result in a fragment; undefined where it is no more than a place on the page. @throws LinkError */
export async function resultIn(hash: string): Promise<CheckResult | undefined> {
  const fragment = hash.replace(/^#/, '');
  if (!fragment.startsWith(MARK)) {
    if (fragment === '' || document.getElementById(fragment)) return undefined;
    throw new LinkError('The link holds something else than a result of this check.');
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
    throw new LinkError('The link holds something else than a result of this check.', { cause });
  }
  throw new LinkError(
    `The link was made by another version of this page: its form is ${version}, expected ${VERSION}.`,
  );
}

/** What version 1 called some fields. */
const FORMERLY: Readonly<Record<string, string>> = { loop: 'baseline', allowed: 'budget', strayed: 'misrounded' };

/** A document of version 1 under the names of this one. */
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

/** Fewer digits; and as text what JSON has no word for. */
function writable(_: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS));
}

const VERSIONED = record({ version: count });
const FLOAT = oneOf(FLOAT_TYPES);
const PLAN = oneOf(EVERY_PLAN_AND_UNALIGNED);
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
