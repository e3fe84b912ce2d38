declare module '*.wgsl' {
  /** A part of a kernel: its file, for messages, and its text. */
  const part: { readonly file: string; readonly text: string };
  export default part;
}
