export const REDUCTIONS = ['mean', 'sum', 'none'] as const;
