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
    <name>Composer</name>
    <message numerus="yes">
        <source>Pasted text, %n lines, {characters} characters</source>
        <translation>
            <numerusform>Pasted text, %n line, {characters} characters</numerusform>
            <numerusform>Pasted text, %n lines, {characters} characters</numerusform>
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
