/**
 * Porter's stemmer with NLTK's extensions, the one that rouge-score uses; published stemmer packages leave those out.
 * Source: Porter, *An algorithm for suffix stripping*, Program 1980; NLTK_EXTENSIONS mode of nltk.stem.porter.
 */
type Rule = readonly [suffix: string, replacement: string, condition: (stem: string) => boolean];

const irregular: ReadonlyMap<string, string> = new Map([
  ['sky', 'sky'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

const some = (stem: string) => measure(stem) > 0;
const more = (stem: string) => measure(stem) > 1;
const always = () => true;

const step2: readonly Rule[] = [
  ['ational', 'ate', some],
  ['tional', 'tion', some],
  ['enci', 'ence', some],
  ['anci', 'ance', some],
  ['izer', 'ize', some],
  ['bli', 'ble', some],
  ['alli', 'al', some],
  ['entli', 'ent', some],
  ['eli', 'e', some],
  ['ousli', 'ous', some],
  ['ization', 'ize', some],
  ['ation', 'ate', some],
  ['ator', 'ate', some],
  ['alism', 'al', some],
  ['iveness', 'ive', some],
  ['fulness', 'ful', some],
  ['ousness', 'ous', some],
  ['aliti', 'al', some],
  ['iviti', 'ive', some],
  ['biliti', 'ble', some],
  ['fulli', 'ful', some],
  ['logi', 'log', (stem) => some(`${stem}l`)],
];
const step3: readonly Rule[] = [
  ['icate', 'ic', some],
  ['ative', '', some],
  ['alize', 'al', some],
  ['iciti', 'ic', some],
  ['ical', 'ic', some],
  ['ful', '', some],
  ['ness', '', some],
];
const step4: readonly Rule[] = [
  ...['al', 'ance', 'ence', 'er', 'ic', 'able', 'ible', 'ant', 'ement', 'ment', 'ent'].map((suffix): Rule => [suffix, '', more]),
  ['ion', '', (stem) => more(stem) && /[st]$/.test(stem)],
  ...['ou', 'ism', 'ate', 'iti', 'ous', 'ive', 'ize'].map((suffix): Rule => [suffix, '', more]),
];

/** `word` in lower case. */
export function porterStem(word: string): string {
  const form = irregular.get(word);
  if (form !== undefined) return form;
  if (word.length <= 2) return word;
  let stem = afterVerbEnding(withoutPlural(word));
  if (stem.endsWith('y') && stem.length > 2 && isConsonant(stem, stem.length - 2)) stem = `${stem.slice(0, -1)}i`;
  stem = apply(stem.endsWith('alli') && some(stem.slice(0, -4)) ? stem.slice(0, -2) : stem, step2);
  stem = apply(apply(stem, step3), step4);
  if (stem.endsWith('e')) {
    const shorter = stem.slice(0, -1);
    if (more(shorter) || (measure(shorter) === 1 && !endsConsonantVowelConsonant(shorter))) stem = shorter;
  }
  return stem.endsWith('ll') && more(stem.slice(0, -1)) ? stem.slice(0, -1) : stem;
}

function withoutPlural(word: string): string {
  if (word.endsWith('ies') && word.length === 4) return word.slice(0, -1);
  return apply(word, [
    ['sses', 'ss', always],
    ['ies', 'i', always],
    ['ss', 'ss', always],
    ['s', '', always],
  ]);
}

function afterVerbEnding(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return some(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const ending = ['ed', 'ing'].find((suffix) => word.endsWith(suffix) && hasVowel(word.slice(0, -suffix.length)));
  if (ending === undefined) return word;
  const stem = word.slice(0, -ending.length);
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsConsonantVowelConsonant(stem) ? `${stem}e` : stem;
}

/** The first rule whose suffix fits decides, whether or not its condition holds. */
function apply(word: string, rules: readonly Rule[]): string {
  const rule = rules.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, condition] = rule;
  const stem = word.slice(0, word.length - suffix.length);
  return condition(stem) ? stem + replacement : word;
}

/** y is a consonant at the start and after a vowel. */
function consonants(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const letter of word) flags.push(letter === 'y' ? flags.length === 0 || flags.at(-1) === false : !'aeiou'.includes(letter));
  return flags;
}

function isConsonant(word: string, at: number): boolean {
  return consonants(word)[at] === true;
}

/** Porter's m: how often a consonant follows a vowel. */
function measure(stem: string): number {
  const flags = consonants(stem);
  return flags.filter((consonant, i) => consonant && flags[i - 1] === false).length;
}

function hasVowel(stem: string): boolean {
  return consonants(stem).includes(false);
}

function endsDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

function endsConsonantVowelConsonant(word: string): boolean {
  const flags = consonants(word);
  if (word.length === 2) return flags[0] === false && flags[1] === true;
  return flags.at(-3) === true && flags.at(-2) === false && flags.at(-1) === true && !/[wxy]$/.test(word);
}
