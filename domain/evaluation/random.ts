/** Random numbers that a seed fixes: xoroshiro128+ (Blackman and Vigna 2018), from pure-rand. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  unit(): number;
  /** Uniform integer in [0, `bound`). The bias is below `bound` · 2⁻³². */
  below(bound: number): number;
  /** Standard normal, by Marsaglia's polar method. */
  normal(): number;
}

/** @example seededRandom(7).below(6) */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  const unit = () => (generator.next() >>> 0) / 4294967296;
  return {
    unit,
    below: (bound) => Math.floor(unit() * bound),
    normal: () => {
      for (;;) {
        const u = 2 * unit() - 1;
        const v = 2 * unit() - 1;
        const s = u * u + v * v;
        if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
      }
    },
  };
}
