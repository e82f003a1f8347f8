// The lines of a script task, `name = expression`, read as the engine reads them: a line that is
// indented more than the first, or stands inside brackets, goes on with the one before it.
const ASSIGNMENT = /^\s*([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)\s*([^]*\S)\s*$/u;
const TEXT = /"(?:\\.|[^"\\])*"/g;

// Returns {target, text, raw} for each line that says something; remarks and blank lines have
// neither target nor text.
export function parse(script) {
  const found = [];
  let margin = null;
  let depth = 0;
  for (const raw of script.split(/\r\n|\r|\n/)) {
    const plain = raw.trim();
    if (!plain || plain.startsWith('//')) {
      found.push({ remark: true, raw });
      continue;
    }
    const indent = raw.length - raw.trimStart().length;
    margin ??= indent;
    const last = found.findLast((one) => !one.remark);
    if (last && (indent > margin || depth > 0)) {
      const between = found.splice(found.indexOf(last) + 1).map((one) => one.raw); // remarks inside it
      last.lines.push(plain);
      last.raw = [last.raw, ...between, raw].join('\n');
    } else {
      found.push({ lines: [plain], raw });
      depth = 0;
    }
    depth += balance(plain);
  }
  return found.map((one) => (one.remark ? one : { ...split(one.lines.join('\n')), raw: one.raw }));
}

function split(text) {
  const found = ASSIGNMENT.exec(text);
  return found ? { target: found[1], text: found[2] } : { target: '', text };
}

function balance(line) {
  const bare = line.replace(TEXT, '');
  return (bare.match(/[([{]/g) || []).length - (bare.match(/[)\]}]/g) || []).length;
}

// One assignment as a line; what goes on over several lines is indented.
export function written(target, text) {
  return `${target} = ${text.trim().split('\n').map((line) => line.trim()).filter(Boolean).join('\n  ')}`;
}

export function joined(lines) {
  return lines.map((one) => one.raw).join('\n');
}
