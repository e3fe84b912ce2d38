import { describe, expect, test } from 'vitest';
import { compared } from '../../tools/gpu_report/compare.ts';

describe('what is known of a finite float whose value only data decides', () => {
  test('its bits are below those of an infinity of its sign, and may be above those of the other', () => {
    expect(compared('gt_u32', 0xff800000, 'finite')).toBe(true);
    expect(compared('gt_i32', 0x7f800000, 'finite')).toBe(true);
    expect(compared('gt_u32', 0x7f800000, 'finite')).toBeUndefined();
    expect(compared('gt_u32', 0x7f800000, 'magnitude')).toBe(true);
  });

  test('it equals no NaN, and its sign is open', () => {
    expect(compared('eq_u32', 0x7fc00000, 'finite')).toBe(false);
    expect(compared('lt_f32', 'finite', 0)).toBeUndefined();
    expect(compared('lt_f32', 'magnitude', 0)).toBe(false);
  });
});
