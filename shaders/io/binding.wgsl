// The buffer of NAME. A buffer that is replaced in place has one binding for reads and writes, since no dispatch may
// read a buffer and write it through another binding. ACCESS is `read` or `read_write`.
// provides: a buffer NAME (NAME)
@group(0) @binding(0) var<storage, ACCESS> NAME: array<ELEMENT>;
