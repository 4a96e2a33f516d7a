// The walkthrough: its files are there, its links lead to commands that exist, its pictures fit every theme.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { at } from '../support/root';

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly markdown: string };
  readonly completionEvents: readonly string[];
}
interface Walkthrough {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly steps: readonly Step[];
}

const walkthrough: Walkthrough = JSON.parse(fs.readFileSync(at('media/walkthrough/walkthrough.json'), 'utf8'));
const manifest: { contributes: { commands: readonly { command: string }[]; walkthroughs?: readonly Walkthrough[] } } = JSON.parse(fs.readFileSync(at('package.json'), 'utf8'));
const commands = new Set(manifest.contributes.commands.map(c => c.command));
const markdown = (step: Step): string => fs.readFileSync(at(step.media.markdown), 'utf8');

test('five steps, each with a text that begins with a described picture', () => {
  assert.deepEqual(walkthrough.steps.map(s => s.id.split('.').at(-1)), ['open', 'run', 'step', 'map', 'wrong']);
  for (const step of walkthrough.steps) {
    const picture = /^!\[([^\]]{20,})\]\(([\w-]+\.svg)\)\n/.exec(markdown(step));
    assert.ok(picture, step.media.markdown);
    assert.ok(fs.existsSync(at('media/walkthrough', picture[2] ?? '')), picture[2]);
  }
});

test('links and completion events name commands of the manifest', () => {
  for (const step of walkthrough.steps) {
    const linked = [...`${step.description}\n${markdown(step)}`.matchAll(/command:([\w.]+)/g)].map(m => m[1] ?? '');
    assert.ok(linked.length > 0, step.id);
    for (const name of [...linked, ...step.completionEvents.map(e => e.replace('onCommand:', ''))]) assert.ok(commands.has(name), `${step.id}: ${name}`);
  }
});

test('pictures are small, have a title, load nothing, and use no near-black or near-white for lines', () => {
  const pictures = fs.readdirSync(at('media/walkthrough')).filter(f => f.endsWith('.svg'));
  assert.equal(pictures.length, 5);
  for (const name of pictures) {
    const svg = fs.readFileSync(at('media/walkthrough', name), 'utf8');
    assert.ok(svg.length < 12_000 && /<title>[^<]{20,}<\/title>/.test(svg), name);
    assert.ok(!/<script|<image|<foreignObject|href=/.test(svg), name);
    for (const [, hex = ''] of svg.matchAll(/stroke="#([0-9A-F]{6})"/g)) {
      const light = parseInt(hex.slice(0, 2), 16) * 0.299 + parseInt(hex.slice(2, 4), 16) * 0.587 + parseInt(hex.slice(4), 16) * 0.114;
      assert.ok(light > 70 && light < 185, `${name}: #${hex}`);
    }
  }
});

test('what the manifest contributes is this walkthrough', () => {
  const contributed = manifest.contributes.walkthroughs;
  if (contributed) assert.deepEqual(contributed, [walkthrough]);
  assert.equal(walkthrough.id, 'kmigrated.firstRun');
});
