"""What the service itself says to readers, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Phrase = Literal["off_topic", "unsupported", "nearest", "degraded", "model_fallback", "extractive_answer"]

_PHRASES: Mapping[Phrase, Mapping[str, str]] = {
    "off_topic": {
        "en": "I can only answer from these documents, and they do not seem to treat this subject.",
        "de": "Ich kann nur aus diesen Dokumenten antworten, und sie behandeln dieses Thema offenbar nicht.",
        "fr": "Je ne peux répondre qu’à partir de ces documents, et ils ne semblent pas traiter ce sujet.",
        "es": "Solo puedo responder a partir de estos documentos, y no parecen tratar este tema.",
        "pt": "Só posso responder a partir destes documentos, e eles não parecem tratar deste assunto.",
        "it": "Posso rispondere solo in base a questi documenti, che non sembrano trattare l’argomento.",
        "nl": "Ik kan alleen uit deze documenten antwoorden, en dit onderwerp lijkt er niet in te staan.",
        "pl": "Mogę odpowiadać tylko na podstawie tych dokumentów, a ten temat chyba w nich nie występuje.",
        "ja": "回答はこれらの文書に基づきますが、この話題は扱われていないようです。",
        "zh": "我只能根据这些文档回答，而它们似乎没有涉及这个主题。",
    },
    "unsupported": {
        "en": "I could not find an answer to this in the documents.",
        "de": "In den Dokumenten habe ich darauf keine Antwort gefunden.",
        "fr": "Je n’ai pas trouvé de réponse à cette question dans les documents.",
        "es": "No he encontrado una respuesta a esta pregunta en los documentos.",
        "pt": "Não encontrei uma resposta para esta pergunta nos documentos.",
        "it": "Non ho trovato una risposta a questa domanda nei documenti.",
        "nl": "Ik heb in de documenten geen antwoord op deze vraag gevonden.",
        "pl": "Nie udało mi się znaleźć odpowiedzi na to pytanie w dokumentach.",
        "ja": "文書の中に、このご質問への回答は見つかりませんでした。",
        "zh": "我在文档中没有找到这个问题的答案。",
    },
    "nearest": {
        "en": "The nearest passages are shown as sources: {titles}.",
        "de": "Die nächstliegenden Stellen sind als Quellen angegeben: {titles}.",
        "fr": "Les passages les plus proches sont indiqués comme sources : {titles}.",
        "es": "Los pasajes más cercanos aparecen como fuentes: {titles}.",
        "pt": "As passagens mais próximas aparecem como fontes: {titles}.",
        "it": "I passaggi più vicini sono elencati tra le fonti: {titles}.",
        "nl": "De meest verwante passages staan bij de bronnen: {titles}.",
        "pl": "Najbliższe fragmenty są podane jako źródła: {titles}.",
        "ja": "最も近い箇所を出典に示しました：{titles}。",
        "zh": "最接近的段落已列为来源：{titles}。",
    },
    "degraded": {
        "en": "The search runs with reduced means right now; the answer may miss something.",
        "de": "Die Suche läuft gerade eingeschränkt; der Antwort kann etwas fehlen.",
        "fr": "La recherche fonctionne actuellement en mode réduit ; la réponse peut être incomplète.",
        "es": "La búsqueda funciona ahora de forma reducida; a la respuesta puede faltarle algo.",
        "pt": "A pesquisa está a funcionar de forma reduzida; pode faltar algo na resposta.",
        "it": "La ricerca è al momento ridotta; alla risposta potrebbe mancare qualcosa.",
        "nl": "Het zoeken werkt nu beperkt; in het antwoord kan iets ontbreken.",
        "pl": "Wyszukiwanie działa teraz w ograniczonym zakresie; odpowiedź może być niepełna.",
        "ja": "現在、検索機能が制限されているため、回答に不足がある可能性があります。",
        "zh": "搜索功能目前受限，回答可能不够完整。",
    },
    "model_fallback": {
        "en": "The usual model is not available; another one answers.",
        "de": "Das übliche Modell ist nicht verfügbar; ein anderes antwortet.",
        "fr": "Le modèle habituel n’est pas disponible ; un autre répond.",
        "es": "El modelo habitual no está disponible; responde otro.",
        "pt": "O modelo habitual não está disponível; outro responde.",
        "it": "Il modello abituale non è disponibile; risponde un altro.",
        "nl": "Het gebruikelijke model is niet beschikbaar; een ander antwoordt.",
        "pl": "Zwykły model jest niedostępny; odpowiada inny.",
        "ja": "通常のモデルが利用できないため、別のモデルが回答します。",
        "zh": "常用模型暂不可用，由另一个模型回答。",
    },
    "extractive_answer": {
        "en": "No language model is available; this answer quotes the documents.",
        "de": "Kein Sprachmodell ist verfügbar; diese Antwort zitiert die Dokumente.",
        "fr": "Aucun modèle de langue n’est disponible ; cette réponse cite les documents.",
        "es": "No hay ningún modelo de lenguaje disponible; esta respuesta cita los documentos.",
        "pt": "Nenhum modelo de linguagem está disponível; esta resposta cita os documentos.",
        "it": "Nessun modello linguistico è disponibile; questa risposta cita i documenti.",
        "nl": "Er is geen taalmodel beschikbaar; dit antwoord citeert de documenten.",
        "pl": "Żaden model językowy nie jest dostępny; ta odpowiedź cytuje dokumenty.",
        "ja": "言語モデルが利用できないため、この回答は文書からの引用です。",
        "zh": "没有可用的语言模型，以下回答引自文档。",
    },
}


def phrase(name: Phrase, language: str) -> str:
    """Returns a phrase in a language, in English where it is not known there.

    Args:
        name: Which one.
        language: ISO 639-1 code.
    """
    spoken = _PHRASES[name]
    return spoken.get(language, spoken["en"])
