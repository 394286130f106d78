"""Languages guessed from names and texts."""

# ruff: noqa: E501, RUF001 - wide letters, and letters that only look like Latin ones

import pytest

from lti.captions import Cue, language

TEXTS = {
    "en": "In this lecture we look at the way that a clock keeps time, and why it is so hard to build one that does not "
    "lose a second. You will see that there are two kinds of error, and they have nothing to do with each other.",
    "fr": "Dans ce cours nous allons regarder comment une horloge mesure le temps, et pourquoi il est si difficile d'en "
    "construire une qui ne perd pas une seconde. Vous verrez qu'il y a deux erreurs et qu'elles sont différentes.",
    "es": "En esta clase vamos a ver cómo un reloj mide el tiempo y por qué es tan difícil construir uno que no pierda "
    "ni un segundo. Hay dos tipos de error y no tienen nada que ver el uno con el otro, como se muestra aquí.",
    "de": "In dieser Vorlesung sehen wir uns an, wie eine Uhr die Zeit misst und warum es so schwer ist, eine zu bauen, "
    "die keine Sekunde verliert. Es gibt dafür zwei Arten von Fehlern, und sie haben nichts miteinander zu tun.",
    "it": "In questa lezione vediamo come un orologio misura il tempo e perché è così difficile costruirne uno che non "
    "perda un secondo. Ci sono due tipi di errore e non hanno nulla a che fare l'uno con l'altro, come si vede.",
    "pt": "Nesta aula vamos ver como um relógio mede o tempo e por que é tão difícil construir um que não perca um "
    "segundo. Há dois tipos de erro e eles não têm nada a ver um com o outro, como você vai ver mais tarde.",
    "nl": "In dit college kijken we naar hoe een klok de tijd meet en waarom het zo moeilijk is om er een te bouwen die "
    "geen seconde verliest. Er zijn twee soorten fouten en ze hebben niets met elkaar te maken.",
    "sv": "I den här föreläsningen tittar vi på hur en klocka mäter tiden och varför det är så svårt att bygga en som "
    "inte förlorar en sekund. Det finns två sorters fel och de har inte med varandra att göra.",
    "pl": "Na tym wykładzie zobaczymy, jak zegar mierzy czas i dlaczego tak trudno jest zbudować taki, który nie gubi "
    "ani sekundy. Są dwa rodzaje błędów i nie mają ze sobą nic wspólnego, co już za chwilę zobaczymy.",
    "tr": "Bu derste bir saatin zamanı nasıl ölçtüğüne ve neden bir saniye bile kaybetmeyen bir saat yapmanın bu kadar "
    "zor olduğuna bakacağız. İki tür hata var ve bunlar daha çok farklı ama ikisi de önemli gibi değil mi?",
    "ru": "На этой лекции мы посмотрим, как часы измеряют время и почему так трудно построить такие, которые не "
    "теряют ни секунды. Есть два вида ошибок, и они не имеют ничего общего.",
    "uk": "На цій лекції ми подивимося, як годинник вимірює час і чому так важко побудувати такий, що не втрачає ні "
    "секунди. Є два види помилок, і вони не мають нічого спільного, але це ще не все.",
    "ar": "في هذه المحاضرة ننظر إلى كيف تقيس الساعة الوقت و لماذا من الصعب أن نبني ساعة لا تفقد ثانية. هناك نوعان من "
    "الخطأ و لا علاقة بين هذا و ذلك على أي حال كان",
    "fa": "در این درس نگاه می کنیم که یک ساعت زمان را چگونه اندازه می گیرد و چرا ساختن ساعتی که یک ثانیه هم از دست ندهد "
    "سخت است و این که با هم چه فرقی است برای ما",
    "ja": "この講義では、時計がどのように時間を測るのか、そしてなぜ一秒も狂わない時計を作ることがこれほど難しいのかを見ていきます。",
    "zh": "在这节课中我们来看时钟如何测量时间，以及为什么制造一个一秒都不差的时钟如此困难。有两种误差，它们之间没有任何关系。",
    "ko": "이 강의에서는 시계가 시간을 어떻게 재는지, 그리고 왜 일 초도 틀리지 않는 시계를 만들기가 그렇게 어려운지 살펴봅니다. 오류에는 두 "
    "종류가 있습니다. 그리고 서로 아무 관계가 없습니다.",
    "el": "Σε αυτή τη διάλεξη θα δούμε πώς ένα ρολόι μετρά τον χρόνο και γιατί είναι τόσο δύσκολο να φτιάξουμε ένα.",
    "he": "בהרצאה הזאת נראה איך שעון מודד את הזמן ולמה כל כך קשה לבנות שעון שלא מאבד אפילו שנייה אחת ביום",
    "hi": "इस व्याख्यान में हम देखेंगे कि घड़ी समय कैसे मापती है और ऐसी घड़ी बनाना इतना कठिन क्यों है जो एक सेकंड भी न खोए।",
}


def cues(text: str) -> list[Cue]:
    words = text.split()
    return [Cue(at, at + 1, " ".join(words[at : at + 6])) for at in range(0, len(words), 6)]


@pytest.mark.parametrize(("expected", "text"), TEXTS.items())
def test_language_of_a_text_is_recognised(expected: str, text: str) -> None:
    assert language.of_text(cues(text)) == expected


@pytest.mark.parametrize("text", ["", "Hello", "1 2 3 4 5 6 7 8 9", "xkq zzt brrr " * 20, "[Music] " * 30])
def test_too_little_or_no_language_is_not_guessed(text: str) -> None:
    assert language.of_text(cues(text)) == ""


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("lecture.fr-CA.srt", "fr-CA"),
        ("lecture.fr_ca.vtt", "fr-CA"),
        ("lecture_en.vtt", "en"),
        ("Week 3 - cells (German).srt", "de"),
        ("Week 3 - cells [de].srt", "de"),
        ("lecture.zh-Hant-TW.srt", "zh-Hant-TW"),
        ("lecture.es-419.srt", "es-419"),
        ("lecture.eng.srt", "en"),
        ("lecture.ger.sdh.srt", "de"),
        ("lecture.en.1.srt", "en"),
        ("lecture_captions_french.vtt", "fr"),
        ("C:\\films\\pt-BR.srt", "pt-BR"),
        ("fr.srt", "fr"),
        ("lecture.it.srt", "it"),
        ("Français.srt", "fr"),
        ("lecture.xml.srt", ""),
        ("what-time-is-it.srt", ""),
        ("how_to_do.srt", ""),
        ("lecture.srt", ""),
        ("final.vtt", ""),
        ("", ""),
    ],
)
def test_language_of_a_file_name_is_recognised(name: str, tag: str) -> None:
    assert language.of_name(name) == tag


@pytest.mark.parametrize(
    ("text", "declared"),
    [("en", "fr"), ("fr", "en-GB"), ("ru", "en"), ("en", "ru"), ("ja", "en"), ("zh", "ar"), ("de", "zh"), ("ar", "fa")],
)
def test_text_in_another_language_than_declared_is_noticed(text: str, declared: str) -> None:
    assert language.contradicts(cues(TEXTS[text]), declared) == text


@pytest.mark.parametrize("declared", ["ht", "und", "", "mul"])
def test_language_that_is_not_known_is_not_contradicted(declared: str) -> None:
    assert language.contradicts(cues(TEXTS["fr"]), declared) == ""


@pytest.mark.parametrize(
    ("text", "declared"), [(text, f"{text}-XX") for text in TEXTS] + [("zh", "yue"), ("sv", "sv"), ("ru", "kk")]
)
def test_text_in_its_own_language_is_left_alone(text: str, declared: str) -> None:
    assert language.contradicts(cues(TEXTS[text]), declared) == ""
