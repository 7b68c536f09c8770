/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-kineto-file.h"

#include "workload-text-fields.h"

#include <algorithm>
#include <cmath>

namespace ns3::workload
{

namespace
{

/// Nothing is later: 2^62 ns, 146 years.
constexpr int64_t LATEST = 1LL << 62;

/** @return microseconds, perhaps with a fraction, as nanoseconds; exact where a double is not */
std::optional<int64_t>
ToNanoseconds(const JsonValue* value)
{
    if (!value || value->kind != JsonValue::NUMBER)
    {
        return std::nullopt;
    }
    const std::string& text = value->text;
    const auto point = text.find('.');
    uint64_t whole = 0;
    constexpr uint64_t most = static_cast<uint64_t>(LATEST) / 1000;
    if (!ParseUnsigned(text.substr(0, point), most, whole))
    {
        // Negative, or with an exponent.
        const auto real = value->AsReal();
        return real && std::abs(*real) < static_cast<double>(most)
                   ? std::optional(static_cast<int64_t>(std::llround(*real * 1000)))
                   : std::nullopt;
    }
    auto nanoseconds = static_cast<int64_t>(whole) * 1000;
    if (point != std::string::npos)
    {
        int64_t unit = 100;
        for (std::size_t i = point + 1; i < text.size() && unit > 0; ++i, unit /= 10)
        {
            if (text[i] < '0' || text[i] > '9')
            {
                return std::nullopt;
            }
            nanoseconds += unit * (text[i] - '0');
        }
    }
    return nanoseconds;
}

bool
Contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

/** Reads one file. */
class KinetoReader
{
  public:
    KinetoReader(std::istream& input, FindingLog& log)
        : m_json(input, log),
          m_log(log)
    {
    }

    KinetoFile Run()
    {
        if (m_json.PeekKind() == JsonValue::ARRAY)
        {
            TakeEvents(); // a bare list
        }
        else
        {
            TakeObject();
        }
        const auto byStart = [](const auto& a, const auto& b) { return a.start < b.start; };
        std::stable_sort(m_file.kernels.begin(), m_file.kernels.end(), byStart);
        std::stable_sort(m_file.calls.begin(), m_file.calls.end(), byStart);
        if (m_file.kernels.empty() && !m_log.HasError())
        {
            m_log.Add(Finding::ERROR,
                      "error in Kineto trace",
                      0,
                      0,
                      "no kernels in 'traceEvents', expected events with \"cat\": \"kernel\"");
        }
        return std::move(m_file);
    }

  private:
    void TakeObject()
    {
        std::string key;
        if (!m_json.BeginObject())
        {
            return;
        }
        while (m_json.NextMember(key))
        {
            if (key == "traceEvents" && m_json.PeekKind() == JsonValue::ARRAY)
            {
                TakeEvents();
            }
            else if (key == "distributedInfo" || key == "baseTimeNanoseconds")
            {
                JsonValue value;
                if (m_json.ReadValue(value))
                {
                    TakeFact(key, value);
                }
            }
            else
            {
                m_json.SkipValue();
            }
        }
    }

    void TakeFact(const std::string& key, const JsonValue& value)
    {
        constexpr uint64_t manyRanks = 1ULL << 17;
        if (key == "baseTimeNanoseconds")
        {
            m_file.clock =
                static_cast<int64_t>(std::min<uint64_t>(value.AsUnsigned().value_or(0), LATEST));
            return;
        }
        const auto* const rank = value.Find("rank");
        const auto* const size = value.Find("world_size");
        if (rank && rank->AsUnsigned() && *rank->AsUnsigned() < manyRanks)
        {
            m_file.rank = static_cast<uint32_t>(*rank->AsUnsigned());
        }
        if (size && size->AsUnsigned() && *size->AsUnsigned() <= manyRanks)
        {
            m_file.nRanks = static_cast<uint32_t>(*size->AsUnsigned());
        }
        if (const auto* const groups = value.Find("pg_config"))
        {
            AddPyTorchGroups(*groups, m_file.groups);
        }
    }

    void TakeEvents()
    {
        m_json.BeginArray();
        while (!m_log.IsFull() && m_json.NextElement())
        {
            JsonValue event;
            if (m_json.ReadValue(event) && event.TextOf("ph") == "X")
            {
                TakeEvent(event);
            }
        }
    }

    void TakeEvent(const JsonValue& event)
    {
        std::string category = event.TextOf("cat");
        std::transform(category.begin(),
                       category.end(),
                       category.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const std::string name = event.TextOf("name");
        const bool isKernel =
            category == "kernel" || category == "gpu_memcpy" || category == "gpu_memset";
        const bool isHost =
            category == "cuda_runtime" || category == "cuda_driver" || category == "runtime";
        if (!isKernel && !isHost)
        {
            return;
        }
        const auto start = ToNanoseconds(event.Find("ts"));
        const auto duration = ToNanoseconds(event.Find("dur"));
        if (!start || !duration || *duration < 0 || *start > LATEST - *duration)
        {
            m_log.Add(Finding::ERROR,
                      "event without time",
                      event.line,
                      event.column,
                      "an event without 'ts' and 'dur', expected microseconds");
            return;
        }
        const auto* const args = event.Find("args");
        if (isKernel)
        {
            TakeKernel(event, name, *start, *start + *duration, args);
        }
        else
        {
            TakeCall(name, *start, *start + *duration, args);
        }
    }

    static uint64_t NumberOf(const JsonValue* args, const char* key)
    {
        const auto* const value = args ? args->Find(key) : nullptr;
        return value ? value->AsUnsigned().value_or(0) : 0;
    }

    void TakeKernel(const JsonValue& event,
                    const std::string& name,
                    int64_t start,
                    int64_t end,
                    const JsonValue* args)
    {
        KinetoFile::Kernel kernel;
        kernel.line = event.line;
        kernel.column = event.column;
        kernel.name = name;
        kernel.start = start;
        kernel.end = end;
        kernel.stream = NumberOf(args, "stream");
        kernel.correlation = NumberOf(args, "correlation");
        if (Contains(name, "nccl"))
        {
            kernel.call = args ? ReadKernelArguments(*args) : NcclCall();
        }
        m_file.kernels.push_back(std::move(kernel));
    }

    void TakeCall(const std::string& name, int64_t start, int64_t end, const JsonValue* args)
    {
        KinetoFile::HostCall call;
        call.start = start;
        call.end = end;
        call.correlation = NumberOf(args, "correlation");
        if (Contains(name, "Synchronize"))
        {
            call.kind = KinetoFile::HostCall::SYNCHRONIZE;
        }
        else if (Contains(name, "StreamWaitEvent"))
        {
            call.kind = KinetoFile::HostCall::WAIT_EVENT;
        }
        else if (!Contains(name, "Launch") && !Contains(name, "Memcpy") &&
                 !Contains(name, "Memset"))
        {
            return;
        }
        m_file.calls.push_back(call);
    }

    JsonReader m_json; ///< the text
    FindingLog& m_log; ///< where mistakes go
    KinetoFile m_file; ///< what is read
};

} // namespace

KinetoFile
KinetoFile::Read(std::istream& input, FindingLog& log)
{
    return KinetoReader(input, log).Run();
}

} // namespace ns3::workload
