/** The import directions of the architecture: src/model ← src/history ← src/system ← src/<protocol> ← spec ← model-check/suites. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(src|spec|model-check|mutation|test|docs|bench)/", pathNot: allowed },
})

module.exports = {
  forbidden: [
    only("model-imports-nothing-of-ours", "^src/model/", "^src/model/", "the language stands alone"),
    only(
      "histories-import-the-language",
      "^src/history/",
      "^src/(model|history)/",
      "for the search and the oracle alike",
    ),
    only("systems-import-the-languages", "^src/system/", "^src/(model|history|system)/", "no system knows a protocol"),
    only("src-imports-src", "^src/", "^src/", "a protocol never imports its specification"),
    only(
      "protocols-import-the-languages",
      "^src/(?!model/|history/|system/)([^/]+)/",
      "^src/(model|history|system|$1)/",
      "a protocol is readable, and runnable, alone",
    ),
    only("spec-imports-src", "^spec/", "^(src|spec)/", "specifications know the language and the protocols"),
    only(
      "engine-imports-the-language",
      "^model-check/engine/",
      "^(src/model|model-check/engine)/",
      "one engine for all",
    ),
    only(
      "reports-import-results",
      "^model-check/report/",
      "^(src/(model|history|system)|model-check/engine|model-check/report)/|^model-check/(constant|suite|check)\\.ts$",
      "reports are functions of results",
    ),
    only(
      "suites-import-specifications",
      "^model-check/suites/",
      "^(src|spec|model-check/suites)/|^model-check/(constant|suite)\\.ts$",
      "a suite is configurations and verdicts",
    ),
    only(
      "mutation-imports-the-checker",
      "^mutation/",
      "^(model-check|mutation)/",
      "protocols and suites are found by walking, and loaded with a change",
    ),
    only("nothing-imports-tests-or-docs", "^(src|spec|model-check)/", "^(src|spec|model-check)/", "tests know us"),
    {
      name: "no-effect-in-the-engine",
      comment: "the hot loop is plain typed-array code",
      severity: "error",
      from: { path: "^model-check/engine/" },
      to: { path: "(^|/)effect(/|$)" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "one-concept-one-file",
      comment: "a file is named for its concept",
      severity: "error",
      from: {},
      to: { path: "(^|/)(utils?|helpers?|common|misc)\\.ts$", pathNot: "node_modules" },
    },
    {
      name: "declared-dependencies",
      severity: "error",
      from: { path: "^(src|spec|model-check)/" },
      // A peer is among the development dependencies too.
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown"], dependencyTypesNot: ["npm-peer"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|docs/site|test/.*/fixtures/broken)" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
}
