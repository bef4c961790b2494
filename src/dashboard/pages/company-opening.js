import { api } from '../core/api.js';
import { t } from '../core/i18n.js';
import { field, form } from '../components/fields.js';
import { toast } from '../components/toast.js';

const LANGUAGES = ['de', 'en'];

/** What callers hear first: that an AI answers, and whether the call is recorded. */
export function openingStep({ id, ai_disclosure: disclosure, recording_notice: recording }, changed) {
  const fields = [
    field({
      name: 'ai_disclosure.enabled',
      label: t('company.disclosed'),
      hint: t('company.disclosedHint'),
      options: ['true', 'false'].map((value) => [value, t.word('yesNo', value)]),
      value: String(disclosure?.enabled ?? true),
    }),
    ...LANGUAGES.map((language) =>
      field({
        name: `ai_disclosure.${language}`,
        label: t('company.ownWords', { language: t.word('language', language) }),
        // Doubled braces are the placeholder's own.
        hint: t('company.ownWordsHint', { business_name: '{business_name}' }),
        value: disclosure?.[language] ?? '',
        maxlength: 200,
      }),
    ),
    field({
      name: 'recording_notice',
      label: t('company.recording'),
      hint: t('company.recordingHint'),
      options: ['off', 'notice', 'ask'].map((value) => [value, t.word('recording', value)]),
      value: recording ?? 'off',
    }),
  ];
  const run = async (values) => {
    const own = LANGUAGES.map((language) => [language, values[`ai_disclosure.${language}`].trim() || null]);
    await api.patch(`/companies/${id}`, {
      ai_disclosure: { enabled: values['ai_disclosure.enabled'] === 'true', ...Object.fromEntries(own) },
      recording_notice: values.recording_notice,
    });
    toast(t('state.saved'));
    changed();
  };
  return form({ fields, action: t('action.save'), run });
}
