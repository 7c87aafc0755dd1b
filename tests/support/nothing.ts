/** Run by `.ci/run`: entering through `cli/tunegate.mjs` has installed the packages. */
export {};
