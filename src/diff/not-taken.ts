/**
 * Linguist's list of vendored paths is made for statistics of languages, where a folder too many does no harm. From a review
 * it would hide what people wrote. These entries are not taken, each with the reason.
 */
export const notTaken: readonly (readonly [reason: string, entries: string])[] = [
  [
    'people have folders of these names for their own code',
    String.raw`(^|/)cache/ ^[Dd]ependencies/ ^deps/ (^|/)dist/ (^|/)vendors?/ (^|/)[Vv]+endor/ (^|/)[Ee]xtern(als?)?/ (^|/)env/
      (^|/)Sparkle/ (^|/)[Cc]ode[Mm]irror/(\d+\.\d+/)?(lib|mode|theme|addon|keymap|demo) (^|/)[Pp]ackages\/.+\.\d+\/ (^|/)select2/.*\.(css|scss|js)$
      (^|/)[Bb]ourbon/.*\.(css|less|scss|styl)$ (^|/)flow-typed/.*\.js$ \.xctemplate/`,
  ],
  [
    'ExtJS has its own files in a folder of this name, and so have people who build on it',
    String.raw`(^|/)extjs/.*?\.js$ (^|/)extjs/.*?\.xml$ (^|/)extjs/.*?\.txt$ (^|/)extjs/.*?\.html$ (^|/)extjs/.*?\.properties$
      (^|/)extjs/\.sencha/ (^|/)extjs/docs/ (^|/)extjs/builds/ (^|/)extjs/cmd/ (^|/)extjs/examples/ (^|/)extjs/locale/
      (^|/)extjs/packages/ (^|/)extjs/plugins/ (^|/)extjs/resources/ (^|/)extjs/src/ (^|/)extjs/welcome/`,
  ],
  [
    'people name their own scripts and styles so, too',
    String.raw`([^\s]*)import\.(css|less|scss|styl)$ (^|/)bootstrap([^/.]*)(\..*)?\.(js|css|less|scss|styl)$
      (^|/)custom\.bootstrap([^\s]*)(js|css|less|scss|styl)$ (^|/)foundation\.(css|less|scss|styl)$ (^|/)foundation(\..*)?\.js$
      (^|/)skeleton\.(css|less|scss|styl)$ (^|/)normalize\.(css|less|scss|styl)$ (^|/)animate\.(css|less|scss|styl)$
      (^|/)jquery([^.]*)\.js$ (^|/)jquery([^.]*)\.validate(\.unobtrusive)?\.js$ (^|/)slick\.\w+.js$ (^|/)prototype(.*)\.js$
      (^|/)effects\.js$ (^|/)controls\.js$ (^|/)dragdrop\.js$ (^|/)yahoo-([^.]*)\.js$ (^|/)yui([^.]*)\.js$ (^|/)ckeditor\.js$
      (^|/)tiny_mce([^.]*)\.js$ (^|/)Chart\.js$ (^|/)shBrush([^.]*)\.js$ (^|/)angular([^.]*)\.js$ (^|\/)d3(\.v\d+)?([^.]*)\.js$
      (^|/)react(-[^.]*)?\.js$ (^|/)cordova([^.]*)\.js$`,
  ],
  ['people write declarations of types, which are part of an interface', String.raw`(.*?)\.d\.ts$`],
  [
    'tests, and what they test with, are written by people',
    '(^|/)testdata/ (^|/)[Tt]ests?/fixtures/ (^|/)[Ss]pecs?/fixtures/ (^|/)inst/extdata/',
  ],
  [
    'people write the templates and styles of their documentation',
    '(^|/)docs?/_?(build|themes?|templates?|static)/',
  ],
  [
    'it runs where the project is built or released, and a change of it is short',
    String.raw`(^|/)configure$ (^|/)fabfile\.py$ (^|/)waf$ (^|/)\.osx$ (^|/)gradlew$ (^|/)gradlew\.bat$ (^|/)gradle/wrapper/
      (^|/)mvnw$ (^|/)mvnw\.cmd$ (^|/)\.mvn/wrapper/ (?:^|\/)gradlew(?:\.bat)?$ (?:^|\/)mvnw(?:\.cmd)?$ (^|/)activator$
      (^|/)activator\.bat$ (^|/)Vagrantfile$ (^|/)puphpet/ (^|/)Jenkinsfile$ (^|/)\.gitpod\.Dockerfile$ (^|/)\.github/
      (^|/)\.teamcity/ ^debian/`,
  ],
  [
    'people write these settings, and some decide what is fetched, run or let through',
    String.raw`(^|/)\.indent\.pro (^|/)\.sublime-project (^|/)\.vscode/ (^|/)\.gitattributes$ (^|/)\.gitignore$
      (^|/)\.gitmodules$ (^|/)proguard\.pro$ (^|/)proguard-rules\.pro$ (^|/)\.google_apis/ (?:^|\/)\.secrets\.baseline$`,
  ],
  [
    'its pattern also fits other names, and our own table has the one that is meant',
    String.raw`(^|/)cpplint\.py (^|/)erlang\.mk node_modules\/ (^|\/)\.pnp\..*$
      vendor\/((?!-)[-0-9A-Za-z]+(?<!-)\.)+(com|edu|gov|in|me|net|org|fm|io)`,
  ],
  [
    'our own table has it, so that only the whole name counts',
    String.raw`(Gopkg|glide)\.lock Package\.resolved poetry\.lock pdm\.lock uv\.lock pixi\.lock (^|\/)(\w+\.)?esy.lock$ deno\.lock
      npm-shrinkwrap\.json package-lock\.json pnpm-lock\.yaml (?:^|\/)bun\.lockb?$ composer\.lock Cargo\.lock
      (^|\/)flake\.lock$ (^|\/)MODULE\.bazel\.lock$ (?:^|\/)mise(?:\.[^\/]+)?\.lock$ Pipfile\.lock
      (?:^|\/)\.terraform\.lock\.hcl$ (?:^|\/)(Julia)?Manifest(-v\d+\.\d+)?\.toml$ (\.|-)min\.(js|css)$ \.designer\.(cs|vb)$
      \.feature\.cs$ _tlb\.pas$`,
  ],
]
