/** Members of a plan's node worth a line, in this order. `Disabled: true` is a scan that was forbidden and had to be made all the same. */
const DETAILS = ['Index Cond', 'Recheck Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'Filter', 'Sort Key', 'Disabled'];

/**
 * A plan (EXPLAIN's JSON) as indented lines that stay the same whatever partitions there are: their labels become `<label>`
 * or `<step>`, numbered aliases lose their number, and equal children are told once with their count.
 */
export function renderPlan(node) {
  const head = [node['Subplan Name'] && `${node['Subplan Name']}:`, nodeName(node), target(node)].filter(Boolean).join(' ');
  const details = DETAILS.filter((name) => node[name] !== undefined && node[name] !== false).map(
    (name) => `  ${name}: ${anonymous(String(node[name]))}`,
  );
  return [head, ...details, ...children(node.Plans ?? [])];
}

function nodeName(node) {
  const kind = node['Node Type'] === 'ModifyTable' ? node.Operation : node['Node Type'];
  return [
    node['Join Type'] && node['Join Type'] !== 'Inner' ? `${kind} (${node['Join Type']})` : kind,
    node['Scan Direction'] === 'Backward' && 'Backward',
  ]
    .filter(Boolean)
    .join(' ');
}

function target(node) {
  const parts = [];
  if (node['Index Name']) parts.push(`using ${anonymous(node['Index Name'])}`);
  const relation = node['Relation Name'] ?? node['CTE Name'] ?? node['Function Name'];
  if (relation) parts.push(`on ${anonymous(relation)}`);
  return parts.join(' ');
}

function children(plans) {
  const runs = [];
  for (const lines of plans.map(renderPlan)) {
    const last = runs.at(-1);
    if (last && last.lines.join('\n') === lines.join('\n')) last.times += 1;
    else runs.push({ lines, times: 1 });
  }
  return runs.flatMap(({ lines: [head, ...rest], times }) =>
    [`-> ${head}${times > 1 ? ` (${times} times)` : ''}`, ...rest].map((line) => `  ${line}`),
  );
}

function anonymous(text) {
  return text
    .replaceAll(/_\d{13}_\d{13}/g, '_<step>')
    .replaceAll(/_\d{13}/g, '_<label>')
    .replaceAll(/\b([a-z]\w*?)_\d{1,3}\b/g, '$1');
}
