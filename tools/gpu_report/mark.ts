/** The line before what the compiler says of a kernel, by its index. */
export const MARK = '@@ kernel ';
