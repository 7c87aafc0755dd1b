import { tangoInterval } from '../../domain/gate/tango.ts';

/**
 * The probability that the gate's lower bound exceeds 0, summed over all outcomes instead of simulated: m of n rows differ, binomial(n, ψ), and of those
 * b are gains, binomial(m, (ψ + d)/2ψ). The bound rises with b, so for each m the fewest gains that suffice are found by halving.
 */
export function exactPower(n: number, discordance: number, difference: number, confidence: number): number {
  const gainShare = (discordance + difference) / (2 * discordance);
  let power = 0;
  for (let m = 0; m <= n; m += 1) {
    const chance = Math.exp(logBinomial(n, m, discordance));
    if (chance < 1e-13) continue;
    let [fails, suffices] = [-1, m + 1];
    while (suffices - fails > 1) {
      const gains = Math.floor((fails + suffices) / 2);
      if (tangoInterval({ n, gains, losses: m - gains }, confidence).low > 0) suffices = gains;
      else fails = gains;
    }
    for (let gains = suffices; gains <= m; gains += 1) power += chance * Math.exp(logBinomial(m, gains, gainShare));
  }
  return power;
}

const logFactorials: number[] = [0];

function logFactorial(k: number): number {
  for (let i = logFactorials.length; i <= k; i += 1) logFactorials.push((logFactorials[i - 1] as number) + Math.log(i));
  return logFactorials[k] as number;
}

function logBinomial(n: number, k: number, p: number): number {
  const choose = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return choose + (k > 0 ? k * Math.log(p) : 0) + (n > k ? (n - k) * Math.log1p(-p) : 0);
}
