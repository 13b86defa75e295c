/*
 * Math.log, Math.cos and Math.exp may differ in the last bit between machines and JavaScript engines, so a picture drawn
 * from Box-Muller noise would differ too. Everything here uses only + − × ÷, which IEEE 754 rounds the same everywhere,
 * and Math.sqrt, which every engine maps to the correctly rounded instruction.
 */

const bits = new DataView(new ArrayBuffer(8));
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** Natural logarithm of a positive, normal double: x = m·2^e with m in [√½, √2), then 2·artanh((m−1)/(m+1)) as a series. */
export function portableLog(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let exponent = ((high >>> 20) & 0x7ff) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 25; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return exponent * ln2High + (2 * s * sum + exponent * ln2Low);
}

// Coefficients of algorithm AS 241 (PPND16), highest power first.
const central = {
  above: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  below: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};
const nearTail = {
  above: [
    7.745450142783414e-4, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835,
  ],
  below: [
    1.0507500716444169e-9, 5.475938084995345e-4, 0.015198666563616457, 0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1,
  ],
};
const farTail = {
  above: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  below: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 7.868691311456133e-4, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

function ratio(part: { above: number[]; below: number[] }, x: number): number {
  const evaluate = (coefficients: number[]) => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
  return evaluate(part.above) / evaluate(part.below);
}

/**
 * The inverse of the normal distribution function for 0 < p < 1, to about 1 part in 10¹⁶.
 * Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988).
 */
export function inverseNormal(p: number): number {
  const offset = p - 0.5;
  if (offset >= -0.425 && offset <= 0.425) return offset * ratio(central, 0.180625 - offset * offset);
  const tail = Math.sqrt(-portableLog(offset < 0 ? p : 1 - p));
  const size = tail <= 5 ? ratio(nearTail, tail - 1.6) : ratio(farTail, tail - 5);
  return offset < 0 ? -size : size;
}
