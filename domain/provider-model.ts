/** @example modelOf('local/smollm2-135m-instruct') // { provider: 'local', model: 'smollm2-135m-instruct' } */
export function modelOf(name: string): { readonly provider: string; readonly model: string } {
  const slash = name.indexOf('/');
  return slash < 0 ? { provider: 'local', model: name } : { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
