/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-goal-builder.h"
#include "workload-goal-labels.h"
#include "workload-goal-reader.h"
#include "workload-text-fields.h"

#include <array>

namespace ns3::workload
{

namespace
{

/** A word of a GOAL text. */
struct Token
{
    std::string text;   ///< the word; empty at the end
    uint32_t line{0};   ///< where it begins
    uint32_t column{0}; ///< where it begins
};

/** Cuts a text into words, skipping blanks and comments. */
class GoalLexer
{
  public:
    explicit GoalLexer(std::istream& input)
        : m_source(*input.rdbuf())
    {
        Advance();
    }

    /** @return the next word */
    Token Next()
    {
        SkipBlanks();
        Token token;
        token.line = m_line;
        token.column = m_column;
        constexpr std::size_t longest = 4096;
        while (m_next != END && !IsBlank(m_next) && !IsMark(m_next) && token.text.size() < longest)
        {
            Take(token);
        }
        if (token.text.empty() && m_next != END)
        {
            Take(token);
        }
        return token;
    }

  private:
    static constexpr int END = std::char_traits<char>::eof();

    static bool IsBlank(int c)
    {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    static bool IsMark(int c)
    {
        return c == '{' || c == '}' || c == ':';
    }

    void Take(Token& token)
    {
        token.text.push_back(static_cast<char>(m_next));
        Advance();
    }

    void Advance()
    {
        if (m_next == '\n')
        {
            ++m_line;
            m_column = 0;
        }
        m_next = Peek();
        m_at += m_next != END ? 1 : 0;
        ++m_column;
    }

    /** @return the character behind the one that is looked at */
    int Peek()
    {
        if (m_at == m_end)
        {
            m_end = m_source.sgetn(m_buffer.data(), m_buffer.size());
            m_at = 0;
        }
        return m_at < m_end ? static_cast<unsigned char>(m_buffer[m_at]) : END;
    }

    void SkipBlanks()
    {
        for (;;)
        {
            while (IsBlank(m_next))
            {
                Advance();
            }
            const int second = m_next == '/' ? Peek() : END;
            if (second == '/')
            {
                while (m_next != '\n' && m_next != END)
                {
                    Advance();
                }
            }
            else if (second == '*')
            {
                SkipBlock();
            }
            else
            {
                return;
            }
        }
    }

    void SkipBlock()
    {
        Advance();
        Advance();
        while (m_next != END && !(m_next == '*' && Peek() == '/'))
        {
            Advance();
        }
        Advance();
        Advance();
    }

    std::streambuf& m_source;        ///< the text
    std::array<char, 4096> m_buffer; ///< a piece of it
    std::streamsize m_at{0};         ///< the next character of the piece
    std::streamsize m_end{0};        ///< end of the piece
    int m_next{0};                   ///< the character that is looked at
    uint32_t m_line{1};              ///< where it is
    uint32_t m_column{0};            ///< where it is
};

/** Reads one text. */
class GoalTextReader
{
  public:
    GoalTextReader(std::istream& input, FindingLog& log)
        : m_lexer(input),
          m_log(log),
          m_builder(m_trace)
    {
        m_trace.files.push_back(log.GetFile());
        Advance();
    }

    Trace Run()
    {
        uint64_t nRanks = 0;
        if (!Expect("num_ranks") ||
            !TakeNumber("the number of ranks", 1, GoalBuilder::MAX_RANKS, nRanks))
        {
            return std::move(m_trace);
        }
        m_trace.ranks.resize(nRanks);
        m_described.resize(nRanks, false);
        while (!m_token.text.empty() && TakeRank())
        {
        }
        for (std::size_t r = 0; r < nRanks && !m_log.HasError(); ++r)
        {
            if (!m_described[r])
            {
                m_log.Add(Finding::WARNING,
                          "rank without a program",
                          m_token.line,
                          m_token.column,
                          "the text ends without 'rank " + std::to_string(r) +
                              " {': that rank does nothing");
            }
        }
        return std::move(m_trace);
    }

  private:
    void Advance()
    {
        m_token = m_lexer.Next();
    }

    bool Fail(const Token& token, const std::string& message)
    {
        m_log.Add(Finding::ERROR,
                  "error in GOAL text",
                  token.line,
                  token.column,
                  (token.text.empty() ? std::string("the text ends") : Quote(token.text)) + ", " +
                      message);
        return false;
    }

    bool Expect(const char* word)
    {
        if (m_token.text != word)
        {
            return Fail(m_token, std::string("expected '") + word + "'");
        }
        Advance();
        return true;
    }

    bool TakeNumber(const std::string& what, uint64_t least, uint64_t most, uint64_t& value)
    {
        if (!ParseUnsigned(m_token.text, most, value) || value < least)
        {
            return Fail(m_token,
                        "expected " + what + ", " + std::to_string(least) + " to " +
                            std::to_string(most));
        }
        Advance();
        return true;
    }

    /** A number, or -1 for any if that is allowed. */
    bool TakePlace(const std::string& what, uint64_t most, bool any, uint32_t& value)
    {
        if (any && m_token.text == "-1")
        {
            value = TraceOperation::ANY;
            Advance();
            return true;
        }
        uint64_t number = 0;
        if (!TakeNumber(any ? what + " or -1 for any" : what, 0, most, number))
        {
            return false;
        }
        value = static_cast<uint32_t>(number);
        return true;
    }

    bool TakeRank()
    {
        uint64_t rank = 0;
        if (!Expect("rank"))
        {
            return false;
        }
        const Token token = m_token;
        if (!TakeNumber("a rank", 0, m_trace.ranks.size() - 1, rank) || !Expect("{"))
        {
            return false;
        }
        if (m_described[rank])
        {
            return Fail(token, "this rank was described before");
        }
        m_described[rank] = true;
        m_rank = static_cast<uint32_t>(rank);
        m_operations.Clear();
        while (m_token.text != "}")
        {
            if (!TakeStatement())
            {
                return false;
            }
        }
        Advance();
        m_builder.Finish(m_rank);
        return true;
    }

    bool TakeStatement()
    {
        const Token first = m_token;
        if (first.text == "send" || first.text == "recv" || first.text == "calc")
        {
            return TakeOperation("");
        }
        if (!IsLabel(first.text))
        {
            return Fail(first, "expected a label, send, recv, calc or '}'");
        }
        Advance();
        if (m_token.text != ":")
        {
            return TakeDependency(first);
        }
        if (m_operations.Find(first.text))
        {
            return Fail(first, "this label is there twice in the rank");
        }
        Advance();
        return TakeOperation(first.text);
    }

    bool TakeDependency(const Token& first)
    {
        const bool isStart = m_token.text == "irequires";
        if (!isStart && m_token.text != "requires")
        {
            return Fail(m_token, "expected ':', 'requires' or 'irequires'");
        }
        Advance();
        const auto waiting = m_operations.Find(first.text);
        const auto on = m_operations.Find(m_token.text);
        if (!waiting || !on)
        {
            return Fail(!waiting ? first : m_token,
                        "there is no such label before this line in the rank");
        }
        Advance();
        if (isStart)
        {
            m_builder.RequireStart(m_rank, *waiting, *on);
        }
        else
        {
            m_builder.Require(m_rank, *waiting, *on);
        }
        return true;
    }

    static bool IsLabel(const std::string& text)
    {
        for (const char c : text)
        {
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_'))
            {
                return false;
            }
        }
        return !text.empty() && (text[0] < '0' || text[0] > '9');
    }

    bool TakeOperation(const std::string& label)
    {
        const Token verb = m_token;
        Advance();
        TraceOperation operation;
        operation.line = verb.line;
        operation.column = verb.column;
        // A number is no name.
        const bool isNamed = !label.empty() && !GoalLabels::IsNumber(label);
        operation.label = m_trace.AddLabel(isNamed ? label : verb.text);
        if (verb.text == "calc")
        {
            operation.kind = OperationKind::COMPUTE;
            operation.stream = 0;
            if (!TakeNumber("nanoseconds", 0, GoalBuilder::MAX_NANOSECONDS, operation.value))
            {
                return false;
            }
        }
        else if (verb.text == "send" || verb.text == "recv")
        {
            operation.kind = verb.text == "send" ? OperationKind::SEND : OperationKind::RECEIVE;
            if (!TakeMessage(operation))
            {
                return false;
            }
        }
        else
        {
            return Fail(verb, "expected send, recv or calc");
        }
        if (!TakeOptions(operation))
        {
            return false;
        }
        const auto index = m_builder.Add(m_rank, std::move(operation));
        if (!label.empty())
        {
            m_operations.Add(label, index);
        }
        return true;
    }

    bool TakeMessage(TraceOperation& operation)
    {
        const bool isSend = operation.kind == OperationKind::SEND;
        const std::string& text = m_token.text;
        if (text.size() < 2 || text.back() != 'b' ||
            !ParseUnsigned(
                text.substr(0, text.size() - 1), GoalBuilder::MAX_BYTES, operation.value))
        {
            return Fail(m_token, "expected bytes up to 2^50 such as 1048576b");
        }
        Advance();
        return Expect(isSend ? "to" : "from") &&
               TakePlace("a rank", m_trace.ranks.size() - 1, !isSend, operation.peer);
    }

    /** Take tag, cpu and nic, in any order. */
    bool TakeOptions(TraceOperation& operation)
    {
        const bool isMessage = operation.kind != OperationKind::COMPUTE;
        for (;;)
        {
            const std::string option = m_token.text;
            uint32_t number = 0;
            if (option == "tag" && isMessage)
            {
                Advance();
                const bool any = operation.kind == OperationKind::RECEIVE;
                if (!TakePlace("a tag", UINT32_MAX - 1, any, operation.tag))
                {
                    return false;
                }
            }
            else if (option == "cpu" || (option == "nic" && isMessage))
            {
                Advance();
                if (!TakePlace("its number", UINT8_MAX, false, number))
                {
                    return false;
                }
                operation.stream = isMessage ? operation.stream : static_cast<uint16_t>(number);
            }
            else
            {
                return true;
            }
        }
    }

    GoalLexer m_lexer;             ///< the text
    FindingLog& m_log;             ///< what is found
    Token m_token;                 ///< the next word
    Trace m_trace;                 ///< what is read
    GoalBuilder m_builder;         ///< puts it together
    std::vector<bool> m_described; ///< by rank: was there
    uint32_t m_rank{0};            ///< the present rank
    GoalLabels m_operations;       ///< of the rank, by label
};

} // namespace

Trace
ReadGoalText(std::istream& input, FindingLog& log)
{
    return GoalTextReader(input, log).Run();
}

} // namespace ns3::workload
