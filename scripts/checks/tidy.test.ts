import { expect, test } from 'vitest';
import { complaintsOf } from './tidy.ts';

test.each([
  [`// ${'FIX' + 'ME'} later`, 1],
  [`const ${'HA' + 'CK'} = 1;`, 1],
  [`const ${'opts'} = {};`, 1],
  [`export class ${'ImageManager'} {`, 1],
  [`function ${'stringUtils'}() {}`, 1],
  ['const options = {};', 0],
  ['request.manager = person;', 0],
  ['const managerOfPeople = 1;', 0],
])('%s', (line, complaints) => {
  expect(complaintsOf(line)).toHaveLength(complaints);
});
