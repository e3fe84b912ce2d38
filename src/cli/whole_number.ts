import { InvalidArgumentError } from 'commander';

/** Returns a parser for an option's value. @throws InvalidArgumentError unless it is a whole number in [least, most] */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    }
    return value;
  };
}
