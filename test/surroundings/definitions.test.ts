import { describe, expect, it } from 'vitest'
import { definitionIn } from '../../src/surroundings/definitions.ts'
import { languageOf } from '../../src/surroundings/languages.ts'

describe('what a line defines', () => {
  it.each([
    ['a.ts', 'export async function refund(order: Order): Promise<Receipt> {', 'refund'],
    ['a.ts', '  async find(id: string): Promise<Order | null> {', 'find'],
    ['a.ts', '  constructor(path: string, text: string) {', 'constructor'],
    ['a.ts', '  info: (fields: object) => console.log(fields),', 'info'],
    ['a.ts', 'export const orders = {', 'orders'],
    ['a.ts', 'export type Page<Item> = {', 'Page'],
    ['a.ts', 'export abstract class Queue<Job> extends Base {', 'Queue'],
    ['a.go', 'func (s *Server) Handle(w http.ResponseWriter) error {', 'Handle'],
    ['a.go', 'type Server struct {', 'Server'],
    ['a.go', 'func Map[T any](x []T) []T {', 'Map'],
    ['a.py', '    async def handle(self, message):', 'handle'],
    ['a.py', 'OUTBOX = Path("/var/spool")', 'OUTBOX'],
    ['a.rs', 'pub(crate) async fn load<T>(x: T) -> Result<T> {', 'load'],
    ['a.rs', '    pub const LIMIT: usize = 3;', 'LIMIT'],
    ['a.java', '  public static List<Order> findAll(String id) throws IOException {', 'findAll'],
    ['a.java', '  private static final int MAX = 3;', 'MAX'],
    ['a.kt', 'fun String.clean(limit: Int): String =', 'clean'],
    ['a.kt', 'data class Order(val id: String) : Entity()', 'Order'],
    ['a.cs', '    public async Task<int> RunAsync(CancellationToken token)', 'RunAsync'],
    ['a.cs', '    public string Name { get; set; }', 'Name'],
    ['a.c', 'static struct foo *find_foo(int a,', 'find_foo'],
    ['a.c', '#define MAX(a, b) ((a) > (b) ? (a) : (b))', 'MAX'],
    ['a.cpp', 'void Cart::add(Item item) {', 'add'],
    ['a.cpp', 'template <typename T> T largest(T a, T b) {', 'largest'],
    ['a.rb', '  def self.find_by(id)', 'find_by'],
    ['a.rb', 'module Shop::Cart', 'Cart'],
    ['a.php', '    public function index(Request $request): Response', 'index'],
    ['a.swift', '  public func go(to place: Int) -> Int {', 'go'],
    ['a.sh', 'deploy() {', 'deploy'],
    ['a.sql', 'CREATE TABLE IF NOT EXISTS shop.orders (', 'orders'],
  ])('%s: %s', (path, line, name) => {
    expect(definitionIn(line, languageOf(path))?.name).toBe(name)
  })

  it.each([
    ['a.ts', "router.get('/x', async (request, response) => {"],
    ['a.ts', "describe('x', () => {"],
    ['a.ts', '  if (a) {'],
    ['a.ts', '  return total(a)'],
    ['a.ts', '  now: () => Date,'],
    ['a.ts', 'import type Order from "./order.js"'],
    ['a.ts', '  const local = 1'],
    ['a.py', '    total = 1'],
    ['a.java', '    return find(id);'],
    ['a.java', '    new Order(id);'],
    ['a.c', '    && is_empty(x)'],
    ['a.c', '  x = total (y);'],
    ['a.sql', 'ALTER TABLE orders ADD COLUMN notes text;'],
    ['a.md', 'the function price is a class of its own'],
  ])('nothing: %s: %s', (path, line) => {
    expect(definitionIn(line, languageOf(path))).toBeNull()
  })
})
