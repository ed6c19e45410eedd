import { type Dialect, dialects } from './dialects.ts'
import type { Random } from './random.ts'
import { fields, nouns, services, traits, verbs } from './vocabulary.ts'

/** Lines that stay together: a statement is one line that the file has nowhere else, a block is several. */
export type Piece = { readonly kind: 'statement' | 'block'; readonly lines: readonly string[] }

/** A function, a test, a chapter or a group of settings. */
export type Section = {
  readonly open: readonly string[]
  readonly body: readonly Piece[]
  readonly close: readonly string[]
}

/** What files of one service are about and call each other. */
export type Subject = {
  readonly service: string
  readonly noun: string
  /** Of the service's other files. */
  readonly nouns: readonly string[]
  readonly dialect: Dialect
}

/** The name of the service with this number, in a language that is all its own, and what it deals with. */
export function service(random: Random, index: number): Omit<Subject, 'noun'> {
  const round = Math.floor(index / services.length)
  const name = services[index % services.length] ?? 'core'
  return {
    service: round === 0 ? name : `${name}${round + 1}`,
    nouns: random.shuffled(nouns).slice(0, 13),
    dialect: random.pick(dialects),
  }
}

export type Kind = 'code' | 'test' | 'prose' | 'settings'

function pathOf({ service, noun, dialect }: Subject, kind: Kind): string {
  switch (kind) {
    case 'code':
      return dialect.path(service, noun)
    case 'test':
      return dialect.testPath(service, noun)
    case 'prose':
      return `docs/${service}/${noun}.md`
    case 'settings':
      return `config/${service}/${noun}.yml`
  }
}

/** Writes one file, section after section, and never the same statement twice. */
export class FileWriter {
  readonly #random: Random
  readonly #subject: Subject
  readonly #kind: Kind
  readonly #written = new Set<string>()
  readonly path: string

  constructor(random: Random, subject: Subject, kind: Kind) {
    this.#random = random
    this.#subject = subject
    this.#kind = kind
    this.path = pathOf(subject, kind)
  }

  header(): readonly string[] {
    const { noun, nouns, dialect } = this.#subject
    if (this.#kind === 'prose') return [`# The ${noun} service`, '']
    if (this.#kind === 'settings') return [`# Settings of ${noun}`, '']
    const others = [
      ...new Set([this.#random.pick(['order', ...nouns]), this.#random.pick(['order', ...nouns])]),
    ]
    return [...others.map((other) => dialect.imports(dialect.name(this.#verb(), other), other)), '']
  }

  /** Of exactly so many lines, three at least. */
  section(lines: number): Section {
    const { open, close } = this.#frame()
    const body: Piece[] = []
    let left = lines - open.length - close.length
    while (left > 0) {
      const block = left >= 4 && this.#random.chance(25) ? this.#block() : null
      const piece = block ?? { kind: 'statement' as const, lines: [this.statement()] }
      body.push(piece)
      left -= piece.lines.length
    }
    return { open, body, close }
  }

  statement(): string {
    for (;;) {
      const line = this.#indented(this.#statementText())
      if (this.#written.has(line)) continue
      this.#written.add(line)
      return line
    }
  }

  #frame(): Pick<Section, 'open' | 'close'> {
    const { noun, dialect } = this.#subject
    const [verb, trait] = [this.#verb(), this.#random.pick(traits)]
    // Others call it by the short name, which is given once.
    const words = this.#written.has(verb) ? [verb, trait, noun] : [verb, noun]
    this.#written.add(verb)
    switch (this.#kind) {
      case 'code':
        return { open: [dialect.open(dialect.name(...words), [noun, this.#noun()])], close: dialect.close }
      case 'test':
        return {
          open: [dialect.openTest(dialect.name(...words), `can ${words.join(' ')}`)],
          close: dialect.closeTest,
        }
      case 'prose':
        return { open: [`## How to ${words.join(' ')}`, ''], close: [] }
      case 'settings':
        return { open: [`${trait}_${verb}:`], close: [] }
    }
  }

  #statementText(): string {
    const random = this.#random
    const { noun, dialect } = this.#subject
    const [verb, trait, other, number] = [
      this.#verb(),
      random.pick(traits),
      this.#noun(),
      random.between(2, 999),
    ]
    const value = `${noun}.${random.pick(fields)}`
    const called = dialect.call(dialect.name(verb, other), [value])
    switch (this.#kind) {
      case 'prose':
        return `- To ${verb} the ${trait} ${other}, look at its ${random.pick(fields)} after ${number} s.`
      case 'settings':
        return `${verb}_${other}: ${number}`
      case 'test':
        if (random.chance(50)) return dialect.expect(called, number)
    }
    const choice = random.below(10)
    if (choice < 3) return dialect.assign(dialect.name(trait, other), called)
    if (choice < 5) return called + dialect.end
    if (choice < 7) return dialect.assign(trait, `${value} * ${number}`)
    if (choice < 9) return `${value} += ${number}${dialect.end}`
    return dialect.comment(`the ${other} waits ${number} ms to ${verb}`)
  }

  #block(): Piece | null {
    if (this.#kind === 'prose' || this.#kind === 'settings') return null
    const random = this.#random
    const { noun, dialect } = this.#subject
    const other = this.#noun()
    const lines = random.chance(60)
      ? dialect.when(`${noun}.${random.pick(fields)} > ${random.between(2, 999)}`, `bad ${other}`)
      : dialect.each(other, noun, dialect.call(dialect.name(this.#verb(), other), [`${other}.id`]))
    return { kind: 'block', lines: lines.map((line) => this.#indented(line)) }
  }

  #indented(line: string): string {
    if (this.#kind === 'prose') return line
    return `${this.#kind === 'settings' ? '  ' : this.#subject.dialect.indent}${line}`
  }

  #verb(): string {
    return this.#random.pick(verbs)
  }

  #noun(): string {
    return this.#random.pick(['order', ...this.#subject.nouns])
  }
}
