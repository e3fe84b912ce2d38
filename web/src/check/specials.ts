import type * as ops from 'gradfold';
import * as reference from 'gradfold/reference';
import { TINY } from '../../../src/conformance/suite/budgets.ts';
import { type Computed, type HostInputs, uploaderFor } from '../../../src/conformance/suite/case.ts';
import { floats } from '../../../src/conformance/suite/data.ts';
import { worstError } from '../../../src/conformance/suite/metric.ts';
import { budgetOf, computeOf, type OpSpec, runOf, type Special } from '../../../src/conformance/suite/spec.ts';
import { specs } from '../../../src/conformance/suite/specs.ts';
import type { SpecialCell, SpecialGrid } from './result.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
/** The largest finite f32 value. */
const LARGEST = 3.4028234663852886e38;
const INPUTS: readonly number[] = [NAN, INF, -INF, 0, -0, LARGEST, -LARGEST, TINY, -TINY];

/** An op with a specification for special inputs. */
type Probe = OpSpec & { readonly special: Special };

/** All inputs at once: alone, each with the same partner, or each as the first element of a row. */
function inputsOf({ tensors, special: { partner, rest = [] } }: Probe): HostInputs {
  const [first, second] = tensors as [string, string?];
  const cols = 1 + rest.length;
  const row = (i: number) => [INPUTS[Math.floor(i / cols)], ...rest][i % cols] as number;
  const x = floats(rest.length > 0 ? [INPUTS.length, cols] : [INPUTS.length], row);
  return { [first]: x, ...(second !== undefined && partner !== undefined && { [second]: floats([1], () => partner) }) };
}

/** Rows lie along the last axis. Ops without an axis ignore it. */
const OPTIONS = { axis: -1 };

/** The kernels' and the reference's results for special inputs, for one op or for all with a specification for them. */
export async function specialGrid(backend: ops.Backend, op?: string): Promise<SpecialGrid> {
  const probes = specs.filter((spec): spec is Probe => spec.special !== undefined && (!op || spec.name === op));
  const upload = uploaderFor(backend);
  const reads = backend.scope(() =>
    probes.map((probe) => {
      const inputs = Object.entries(inputsOf(probe)).map(([name, x]) => [name, upload(x)]);
      return (Object.values(runOf(probe, Object.fromEntries(inputs), OPTIONS))[0] as ops.Tensor).data();
    }),
  );
  const arrived = await Promise.all(reads);
  return {
    inputs: INPUTS,
    rows: probes.map((probe, i) => ({
      op: probe.name,
      formula: probe.special.formula,
      cells: cellsOf(probe, arrived[i] as ArrayLike<number>),
    })),
  };
}

/** The cells of a row of the table. For results with rows, a cell is the first element of its row. */
function cellsOf(probe: Probe, got: ArrayLike<number>): SpecialCell[] {
  const inputs = inputsOf(probe);
  const [result, computed] = Object.entries(computeOf(probe, reference, inputs, OPTIONS))[0] as [
    string,
    Computed[string],
  ];
  const data = computed.data as Float64Array;
  const floor = probe.floors?.(inputs, OPTIONS, { [result]: data })[result] ?? 0;
  // Twice the budget, because the error of the float32 baseline is not known here.
  const allowed = 2 * budgetOf(probe, result);
  return INPUTS.map((_, i) => {
    const at = (i * data.length) / INPUTS.length;
    const [found, wanted] = [got[at] as number, data[at] as number];
    const scale = typeof floor === 'number' ? floor : (floor[at] as number);
    // The sign of 0 does not count.
    const differs = worstError([found], Float64Array.of(wanted), scale).ulp > allowed;
    return { got: found, wanted: Math.fround(wanted), differs };
  });
}
