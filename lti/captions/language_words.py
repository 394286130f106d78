"""What gives a language away: its names, and its commonest short words."""

# ruff: noqa: RUF001 - the letters that look like Latin ones are Cyrillic, and meant

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


# Words that are common in one language and rare in the others here; no word shared by most of them.
COMMON_WORDS: dict[str, frozenset[str]] = {
    language: words(common)
    for language, common in {
        "en": "the and of to is that it you in this we are for with what have not be on was as they can so but "
        "it's i'm don't your from there will",
        "fr": "le la les et est de des que une un je vous nous pas pour dans qui ce il elle sur c'est avec plus au du "
        "mais sont cette on",
        "es": "el la los las de que y es en un una por con para no se lo del como más pero está esto su al nos vamos "
        "muy hay qué",
        "de": "der die das und ist nicht ich sie wir ein eine zu den mit es auf von dem auch sich wie für im so dass "
        "aber werden sind hat kann",
        "it": "il la di che e è un una per non sono con si del della le gli questo come ma anche più nel ci alla al "
        "perché dei cosa",
        "pt": "o a os as de que e é um uma para não com em do da no na por se mais como isso você mas ao dos está foi "
        "muito são",
        "nl": "de het een en van is dat ik niet je we dit zijn voor met op te er maar ook die wat aan hebben als heeft "
        "naar wij bij",
        "sv": "och att det är som en på jag inte vi för av med den till har ett om du men så kan här från vad när då "
        "också",
        "da": "og at det er som en på jeg ikke vi for af med den til har et om du men så kan her fra hvad når da også "
        "skal bliver",
        "no": "og at det er som en på jeg ikke vi for av med den til har et om du men så kan her fra hva når da også "
        "skal blir",
        "fi": "ja on ei se että hän minä sinä me ovat mutta niin kun joka tämä mitä voi kuin olen ole nyt myös sitten "
        "tai jos siitä",
        "pl": "i w nie się na to jest że z do jak co tak ale o za czy po dla są tego być który przez może już tylko od "
        "jego",
        "cs": "a je se to na v že s jsem ale tak co jako pro jsou by do z ve byl kde když jsme už ještě nebo protože "
        "může",
        "sk": "a je sa to na v že s som ale tak čo ako pre sú by do z vo bol kde keď sme už ešte alebo pretože môže",
        "ro": "și de la în că nu este o un să cu pe pentru ce mai din se care sunt dar ca lui noi acest fi are asta "
        "foarte",
        "hu": "a az és nem hogy egy is van de ez meg csak mint már vagy ha el ki volt amit nagyon itt kell lehet azt "
        "mert",
        "tr": "ve bir bu da de için ne var ben çok değil mi ile ama gibi daha olarak sen o kadar şey nasıl evet sonra "
        "her",
        "hr": "i je da se na u za ne što su to kao ali od sam koji bi će smo ili samo kako ovo ako nije kada može",
        "ca": "el la els les de que i és en un una per amb no es del com més però està això al són aquest hi ha també "
        "molt",
        "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada kita bisa mereka "
        "atau oleh",
        "vi": "và là của có không được cho một những trong này các với người tôi để đã khi như chúng ta thì ở rất",
        "cy": "y yr yn a i o mae ar ac wedi am ei sydd fel hynny bod hwn gan oedd chi ni dim eich",
        "ru": "и в не на что я с он как это по но мы к у за от так же вы для бы все если был есть или",
        "uk": "і в не на що я з він як це по але ми до у за від так же ви для би все якщо був є або та",
        "bg": "и в не на че аз с той как това по но ние към за от така вие за би ако е или да се са",
        "ar": "في من على أن إلى هذا لا ما هو التي كان عن مع هذه الذي ذلك هل كل",
        "fa": "و در به از که این را با است برای آن یک هم شما ما بود می من",
        "ur": "کے کی میں ہے اور سے کا کو پر یہ نے ہیں کہ کر اس ایک بھی",
    }.items()
}

NAMES: dict[str, str] = {
    name: language
    for language, names in {
        "ar": "arabic العربية",
        "bg": "bulgarian български",
        "ca": "catalan català",
        "cs": "czech čeština",
        "cy": "welsh cymraeg",
        "da": "danish dansk",
        "de": "german deutsch",
        "el": "greek ελληνικά",
        "en": "english",
        "es": "spanish español espanol castellano",
        "fa": "persian farsi فارسی",
        "fi": "finnish suomi",
        "fr": "french français francais",
        "he": "hebrew עברית",
        "hi": "hindi हिन्दी",
        "hr": "croatian hrvatski",
        "hu": "hungarian magyar",
        "id": "indonesian",
        "it": "italian italiano",
        "ja": "japanese 日本語",
        "ko": "korean 한국어",
        "nl": "dutch nederlands",
        "no": "norwegian norsk",
        "pl": "polish polski",
        "pt": "portuguese português portugues",
        "ro": "romanian română",
        "ru": "russian русский",
        "sk": "slovak slovenčina",
        "sv": "swedish svenska",
        "th": "thai ไทย",
        "tr": "turkish türkçe",
        "uk": "ukrainian українська",
        "ur": "urdu اردو",
        "vi": "vietnamese",
        "zh": "chinese mandarin 中文",
    }.items()
    for name in names.split()
}

# Three letters as Studio's and players' files have them (ISO 639-2, both forms), for the languages above.
THREE_LETTERS: dict[str, str] = dict(
    pair.split("=")
    for pair in words(
        "ara=ar bul=bg cat=ca ces=cs cze=cs cym=cy wel=cy dan=da deu=de ger=de ell=el gre=el eng=en spa=es fas=fa "
        "per=fa fin=fi fra=fr fre=fr heb=he hin=hi hrv=hr hun=hu ind=id ita=it jpn=ja kor=ko nld=nl dut=nl nor=no "
        "pol=pl por=pt ron=ro rum=ro rus=ru slk=sk slo=sk swe=sv tha=th tur=tr ukr=uk urd=ur vie=vi zho=zh chi=zh"
    )
)

TWO_LETTERS = words(
    "aa ab af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es "
    "et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg "
    "ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv "
    "sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
