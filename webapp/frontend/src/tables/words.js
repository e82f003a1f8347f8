// What the table editor says, in Chinese; its own words are English.
import { HIT_POLICIES } from 'dmn-js-decision-table/lib/features/hit-policy/HitPolicies';

const ZH = {
  '"value"': '"值"', '"value", "value", ...': '"值", "值", ...',
  'Activate hand tool': '拖动画布', 'Activate lasso tool': '框选',
  'Activate create/remove space tool': '增减空白', 'Activate global connect tool': '连线',
  'Add cell description': '加单元格说明', 'Add input': '加输入列', 'Add output': '加输出列',
  'Add input column left': '在左边加输入列', 'Add input column right': '在右边加输入列',
  'Add output column left': '在左边加输出列', 'Add output column right': '在右边加输出列',
  'Add parameter': '加参数', 'Add predefined values': '加可选值', 'Add values': '加值',
  'Add rule': '加规则', 'Add rule above': '在上面加规则', 'Add rule below': '在下面加规则',
  'Add text annotation': '加注释', After: '晚于', And: '且', Annotation: '批注', Annotations: '批注',
  'Append business knowledge model': '接知识模型', 'Append decision': '接决策',
  'Append input data': '接输入数据', 'Append knowledge source': '接依据',
  Any: '一致', 'Rules may overlap. Their output have to match': '可以同时符合几条规则，但结果必须一致。',
  Before: '早于', Between: '介于', Boolean: '是否', 'Boolean value': '是或否',
  'Change cell expression language': '更换表达式语言', 'Change type': '更换类型',
  'Clear predefined values': '清除可选值', Comparison: '比较', 'Comparison operator': '比较方式',
  Collect: '汇总', 'Collects the values of all matching rules': '所有符合的规则都算，结果是一个清单。',
  'Collect (Sum)': '汇总（合计）', 'Collects the values of all matching rules and sums up to a single value': '所有符合的规则都算，结果相加。',
  'Collect (Min)': '汇总（最小）', 'Collects the values of all matching rules and uses the lowest value': '所有符合的规则都算，取最小值。',
  'Collect (Max)': '汇总（最大）', 'Collects the values of all matching rules and uses the highest value': '所有符合的规则都算，取最大值。',
  'Collect (Count)': '汇总（个数）', 'Collects the values of all matching rules and counts the number of them': '数一数有几条规则符合。',
  'Connect to other element': '连到别的元素', 'Copy input column': '复制输入列',
  'Copy output column': '复制输出列', 'Copy rule': '复制规则', 'Create decision': '新决策',
  'Create input data': '新输入数据', 'Create knowledge model': '新知识模型',
  'Create knowledge source': '新依据', 'Custom values': '自定值', 'Cut input column': '剪切输入列',
  'Cut output column': '剪切输出列', 'Cut rule': '剪切规则', Date: '日期', 'Date and time': '日期和时间',
  'Date and time value': '日期和时间', 'Date value': '日期', 'Decision name': '决策名称',
  'Decision name: ': '决策名称：', 'Decision table': '决策表', 'Definition ID': '文件标识',
  'Definition name': '文件名称', Delete: '删除', 'Duration value': '时长', Edit: '编辑',
  'Edit boolean': '编辑是或否', 'Edit date': '编辑日期', 'Edit date and time': '编辑日期和时间',
  'Edit duration': '编辑时长', 'Edit end date': '编辑截止日期', 'Edit end date and time': '编辑截止日期和时间',
  'Edit end time': '编辑截止时间', 'Edit formal parameters': '编辑参数', 'Edit function kind': '编辑函数种类',
  'Edit input': '编辑输入列', 'Edit number': '编辑数字', 'Edit output': '编辑输出列',
  'Edit start date': '编辑开始日期', 'Edit start date and time': '编辑开始日期和时间',
  'Edit start time': '编辑开始时间', 'Edit string': '编辑文字', 'Edit time': '编辑时间',
  'Editing not supported for set expression language': '这种表达式语言不能在这里编辑',
  'Element name': '元素名称', Empty: '空', 'End date': '截止日期', 'End date and time': '截止日期和时间',
  'End time': '截止时间', 'End value': '最大值', 'Enter expression': '填写表达式', Equals: '等于',
  Exactly: '正好', Exclude: '不含', Expression: '表达式', 'Expression language': '表达式语言',
  'Expression language: {expressionLanguageLabel}': '表达式语言：{expressionLanguageLabel}',
  'Expression language:': '表达式语言：', First: '取第一条',
  'Rules may overlap. The first matching rule will be chosen': '可以同时符合几条规则，从上往下取第一条。',
  'Function kind: {kind}': '函数种类：{kind}', Greater: '大于', 'Greater or equals': '大于或等于',
  'Hit policy': '哪条规则算数', 'Hit policy:': '哪条规则算数：', Include: '包含', Input: '输入',
  'Input expression': '输入表达式', 'Input expression: ': '输入表达式：', 'Input label': '列名',
  'Input label: ': '列名：', 'Input type': '输入类型', 'Input values': '可填的值', Kind: '种类',
  Less: '小于', 'Less or equals': '小于或等于', 'Literal Expression': '表达式', 'Literal expression': '表达式',
  'Literal expression editor': '表达式编辑', 'Match none': '都不是', 'Match one': '是其中之一',
  'Move Input': '移动输入列', 'Move Output': '移动输出列', 'Powered by bpmn.io': '由 bpmn.io 提供',
  'Move rule': '移动规则', No: '否', 'No values': '没有值', 'Open decision table': '打开决策表',
  'Open literal expression': '打开表达式', 'Open boxed expression': '打开知识模型', Output: '输出', 'Output label': '列名', 'Output label: ': '列名：',
  'Output name': '输出名称', 'Output name: ': '输出名称：', 'Output type': '输出类型',
  'Output values': '可用的值（按优先顺序）', 'Output order': '按结果排序',
  'Collects the values of all matching rules in decreasing output priority order': '所有符合的规则都算，按结果的优先顺序排列。',
  'Paste input column left': '粘贴到左边', 'Paste input column right': '粘贴到右边',
  'Paste output column left': '粘贴到左边', 'Paste output column right': '粘贴到右边',
  'Paste rule above': '粘贴到上面', 'Paste rule below': '粘贴到下面', 'Predefined values': '可选值',
  Priority: '按优先', 'Rules may overlap. The one with the highest priority will be chosen': '可以同时符合几条规则，取优先级最高的一条。',
  Range: '范围', 'Range end operator': '上限是否包含', 'Range end value': '上限',
  'Range start operator': '下限是否包含', 'Range start value': '下限',
  'Remove cell description': '删除单元格说明', 'Remove input column': '删除输入列',
  'Remove output column': '删除输出列', 'Remove parameter': '删除参数', 'Remove rule': '删除规则',
  Resize: '调整宽度', 'Rule order': '按规则顺序',
  'Collects the values of all matching rules in rule order': '所有符合的规则都算，按规则的顺序排列。',
  'Search in diagram': '在图中查找', 'Set date': '填写日期', 'Set date and time': '填写日期和时间',
  'Set duration': '填写时长', 'Set time': '填写时间', 'Set value': '填写值', 'Start date': '开始日期',
  'Start date and time': '开始日期和时间', 'Start time': '开始时间', 'Start value': '最小值',
  'String value': '文字', 'Strings must be in double quotes': '文字要放在双引号里', 'Test type': '判断方式',
  Then: '则', Time: '时间', 'Time value': '时间', Type: '类型', Unique: '只能一条',
  'No overlap is possible and all rules are disjoint. Only a single rule can be matched': '规则互不重叠，最多符合一条。',
  'Use now': '用现在', 'Use today': '用今天', Value: '值', Values: '值', 'Variable name': '变量名称',
  'Variable name:': '变量名称：', 'Variable type': '变量类型', 'Variable type:': '变量类型：',
  'View DRD': '查看决策图', When: '当', Yes: '是', 'e.g. { example } ': '例如 { example } ',
  'e.g. { sample }': '例如 { sample }', name: '名称',
  string: '文字', number: '数字', boolean: '是否', date: '日期', time: '时间', dateTime: '日期和时间',
  dayTimeDuration: '时长（天、小时）', yearMonthDuration: '时长（年、月）',
  'Date must match pattern yyyy-MM-dd': '日期写成 年-月-日，例如 2026-07-01',
  'Time must match pattern hh:mm:ss[time zone]': '时间写成 时:分:秒',
  'Date and time must match pattern yyyy-MM-ddThh:mm:ss[time zone]': '写成 年-月-日T时:分:秒',
  Decision: '决策', 'Input Data': '输入数据', 'Knowledge Source': '依据', 'Business Knowledge Model': '知识模型',
};

const chinese = document.documentElement.lang.startsWith('zh');

// The reader's words for one of the editor's, with its placeholders filled in.
export function said(text, values = {}) {
  const words = (chinese && ZH[text]) || text || '';
  return words.replace(/{\s*(\w+)\s*}/g, (all, name) => values[name] ?? all);
}

// The editor names the policies of rules without asking for a translation.
for (const policy of HIT_POLICIES) {
  policy.label = said(policy.label);
  policy.explanation = said(policy.explanation);
}

export default { translate: ['value', said] };
