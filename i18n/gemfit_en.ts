<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>AnswerView</name>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BuildField</name>
    <message numerus="yes">
        <source>made on %1, %n days ago</source>
        <translation>
            <numerusform>made on %1, %n day ago</numerusform>
            <numerusform>made on %1, %n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>Reading %n files…</source>
        <translation>
            <numerusform>Reading %n file…</numerusform>
            <numerusform>Reading %n files…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pasted text, %n lines, {characters} characters</source>
        <translation>
            <numerusform>Pasted text, %n line, {characters} characters</numerusform>
            <numerusform>Pasted text, %n lines, {characters} characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FactCards</name>
    <message numerus="yes">
        <source>%1, %n days ago</source>
        <translation>
            <numerusform>%1, %n day ago</numerusform>
            <numerusform>%1, %n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message numerus="yes">
        <source>%n core(s)</source>
        <translation>
            <numerusform>%n core</numerusform>
            <numerusform>%n cores</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MediaWays</name>
    <message numerus="yes">
        <source>A message takes at most %n pictures and sounds. Send the others with the next.</source>
        <translation>
            <numerusform>A message takes at most %n picture or sound. Send the others with the next.</numerusform>
            <numerusform>A message takes at most %n pictures and sounds. Send the others with the next.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OptionsPanel</name>
    <message numerus="yes">
        <source>at most %n tokens</source>
        <translation>
            <numerusform>at most %n token</numerusform>
            <numerusform>at most %n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message numerus="yes">
        <source>Show all %n characters</source>
        <translation>
            <numerusform>Show %n character</numerusform>
            <numerusform>Show all %n characters</numerusform>
        </translation>
    </message>
</context>
</TS>
