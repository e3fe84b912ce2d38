/** WebGPU's flag values by name, which are globals only in browsers (WebGPU, sections 5.1.2 and 5.3). */
export const BUFFER_USAGE = {
  MAP_READ: 0x0001,
  MAP_WRITE: 0x0002,
  COPY_SRC: 0x0004,
  COPY_DST: 0x0008,
  UNIFORM: 0x0040,
  STORAGE: 0x0080,
  QUERY_RESOLVE: 0x0200,
} as const;

export const MAP_READ = 0x0001;
export const COMPUTE_STAGE = 0x4;
