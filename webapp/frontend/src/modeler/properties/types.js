// The kinds of elements as the head of the panel names them, in Chinese.
const events = { Message: '消息', Timer: '定时', Conditional: '条件', Signal: '信号', Error: '错误', Escalation: '升级', Terminate: '终止' };
const places = {
  'Start Event': '开始事件', 'End Event': '结束事件', 'Intermediate Catch Event': '中间事件（等待）',
  'Intermediate Throw Event': '中间事件（发出）', 'Boundary Event': '边界事件',
};

const found = {
  'User Task': '用户任务', 'Service Task': '服务任务', 'Script Task': '脚本任务', 'Business Rule Task': '规则任务',
  Task: '任务（未定类型）', 'Manual Task': '手工任务', 'Send Task': '发送任务', 'Receive Task': '接收任务',
  'Call Activity': '调用子图', 'Expanded Sub Process': '子流程', 'Collapsed Sub Process': '子流程（收起）',
  'Exclusive Gateway': '排他网关', 'Parallel Gateway': '并行网关', 'Inclusive Gateway': '包容网关',
  'Event Based Gateway': '事件网关', 'Complex Gateway': '复杂网关', ...places,
  'Sequence Flow': '连线', 'Default Flow': '默认连线', 'Conditional Flow': '有条件的连线', 'Message Flow': '消息流', Association: '关联',
  Lane: '泳道', Participant: '泳池', Collaboration: '流程图', Process: '流程', 'Text Annotation': '文字注释', Group: '分组框',
  'Data Object Reference': '数据对象', 'Data Store Reference': '数据存储',
  'Select an element to edit its properties.': '选一个元素来编辑。',
  'Multiple elements are selected. Select a single element to edit its properties.': '选中了几个元素；选一个来编辑。',
};
for (const [event, said] of Object.entries(events)) {
  for (const [place, where] of Object.entries(places)) {
    found[`${event} ${place}`] = `${said}${where}`;
    found[`${event} ${place} (Non Interrupting)`] = `${said}${where}（不打断）`;
  }
}

export const types = found;
