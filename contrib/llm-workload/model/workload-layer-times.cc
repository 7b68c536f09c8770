/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "workload-layer-times.h"

#include "workload-memory.h"
#include "workload-text-fields.h"

#include <algorithm>
#include <cmath>

namespace ns3::workload
{

namespace
{

/// Picoseconds in a second and in a nanosecond.
constexpr double PER_SECOND = 1e12;
constexpr uint64_t PER_NANOSECOND = 1000;
/// A part takes less than this: 1000 s.
constexpr uint64_t MAX_NANOSECONDS = 1'000'000'000'000;

constexpr std::array<const char*, LayerTimesTable::N_KEYS> KEY_NAMES{
    {"@hidden", "@sequence", "@ffn", "@tensor", "@micro_batch"}};

constexpr const char* HEADER = "part,forward_ns,input_gradient_ns,weight_gradient_ns";

/** @return the time of one pass of so many operations, the same for all three passes */
PartTimes
TimesOf(uint64_t flopsPerSample, const Parallelism& parallelism, double flopsPerSecond)
{
    const double flops = static_cast<double>(flopsPerSample) * parallelism.microBatch /
                         (static_cast<double>(parallelism.tensor) * parallelism.context);
    const auto time = static_cast<fabric::Ticks>(std::llround(flops / flopsPerSecond * PER_SECOND));
    return {time, time, time};
}

/** @return time for Adam to update a rank's parameters */
fabric::Ticks
OptimizerTime(const ModelShape& shape,
              const Parallelism& parallelism,
              const Accelerator& accelerator)
{
    // Read: FP32 parameter, gradient and two moments; written: the same but for the gradient, and
    // the FP16 parameter.
    constexpr double bytesPerParameter = 16 + 14;
    const double parameters =
        static_cast<double>(shape.GetParameters()) / parallelism.tensor / parallelism.pipeline;
    return static_cast<fabric::Ticks>(
        std::llround(parameters * bytesPerParameter / accelerator.memoryRate * PER_SECOND));
}

/** Reads one table. */
class Reader
{
  public:
    Reader(std::istream& input, const std::string& name, std::vector<Finding>& findings)
        : m_input(input),
          m_findings(findings)
    {
        m_table.file = name;
    }

    LayerTimesTable Run()
    {
        std::string line;
        while (ReadLine(m_input, line))
        {
            ++m_line;
            if (const auto comment = line.find('#'); comment != std::string::npos)
            {
                line.resize(comment);
            }
            while (!line.empty() && (line.back() == ' ' || line.back() == '\r'))
            {
                line.pop_back();
            }
            if (!line.empty() && !Take(line))
            {
                return m_table;
            }
        }
        if (!m_headerSeen)
        {
            Error(0, std::string("empty, expected the header `") + HEADER + '`');
        }
        else if (!m_table.attention || !m_table.mlp)
        {
            Error(0, "truncated: the parts attention and mlp must be there");
        }
        return m_table;
    }

  private:
    void Error(std::size_t column, const std::string& message)
    {
        m_findings.push_back({Finding::ERROR,
                              m_table.file,
                              column > 0 ? m_line : 0,
                              static_cast<uint32_t>(column),
                              message});
    }

    bool Take(const std::string& line)
    {
        if (!m_headerSeen)
        {
            m_headerSeen = true;
            if (line != HEADER)
            {
                Error(1, "expected the header `" + std::string(HEADER) + "`, got " + Quote(line));
                return false;
            }
            return true;
        }
        const auto fields = SplitFields(line, ',');
        return line[0] == '@' ? TakeKey(fields) : TakePart(fields);
    }

    bool TakeKey(const std::vector<Field>& fields)
    {
        const auto key = std::find(KEY_NAMES.begin(), KEY_NAMES.end(), fields[0].text);
        if (key == KEY_NAMES.end())
        {
            Error(1,
                  "unknown key " + Quote(fields[0].text) +
                      ", expected @hidden, @sequence, @ffn, @tensor or @micro_batch");
            return false;
        }
        uint64_t value = 0;
        if (fields.size() != 2 || !ParseUnsigned(fields[1].text, UINT32_MAX, value) || value == 0)
        {
            Error(fields.size() < 2 ? 1 : fields[1].column,
                  "expected " + std::string(*key) + ",N with N from 1 to 4294967295");
            return false;
        }
        const auto index = static_cast<std::size_t>(key - KEY_NAMES.begin());
        m_table.holdsFor[index] = static_cast<uint32_t>(value);
        m_table.holdsForLine[index] = m_line;
        return true;
    }

    bool TakePart(const std::vector<Field>& fields)
    {
        const bool isOptimizer = fields[0].text == "optimizer";
        std::optional<PartTimes>* const part = FindPart(fields[0].text);
        if (!part && !isOptimizer)
        {
            Error(1,
                  "unknown part " + Quote(fields[0].text) +
                      ", expected embedding, attention, mlp, experts, output or optimizer");
            return false;
        }
        if (isOptimizer ? m_table.optimizer.has_value() : part->has_value())
        {
            Error(1, "part " + Quote(fields[0].text) + " stands here for the second time");
            return false;
        }
        if (fields.size() != 4)
        {
            Error(1, "expected 4 fields as in the header, got " + std::to_string(fields.size()));
            return false;
        }
        std::array<fabric::Ticks, 3> times{};
        for (std::size_t i = 0; i < times.size(); ++i)
        {
            const auto& field = fields[i + 1];
            if (isOptimizer && i > 0)
            {
                if (!field.text.empty())
                {
                    Error(field.column, "the optimizer has only its forward_ns");
                    return false;
                }
                continue;
            }
            uint64_t value = 0;
            if (!ParseUnsigned(field.text, MAX_NANOSECONDS, value))
            {
                Error(field.column,
                      "expected whole nanoseconds from 0 to 10^12, got " + Quote(field.text));
                return false;
            }
            times[i] = static_cast<fabric::Ticks>(value * PER_NANOSECOND);
        }
        if (isOptimizer)
        {
            m_table.optimizer = times[0];
        }
        else
        {
            *part = PartTimes{times[0], times[1], times[2]};
        }
        return true;
    }

    std::optional<PartTimes>* FindPart(const std::string& name)
    {
        if (name == "embedding")
        {
            return &m_table.embedding;
        }
        if (name == "attention")
        {
            return &m_table.attention;
        }
        if (name == "mlp")
        {
            return &m_table.mlp;
        }
        if (name == "experts")
        {
            return &m_table.experts;
        }
        return name == "output" ? &m_table.output : nullptr;
    }

    std::istream& m_input;            ///< the text
    std::vector<Finding>& m_findings; ///< where to report
    LayerTimesTable m_table;          ///< what was read
    uint32_t m_line{0};               ///< line being read
    bool m_headerSeen{false};         ///< the header was there
};

} // namespace

LayerTimes
LayerTimes::FromFlops(const ModelShape& shape,
                      const Parallelism& parallelism,
                      const Accelerator& accelerator,
                      double efficiency,
                      AttentionFlops convention)
{
    const double rate = accelerator.peakFlops * efficiency;
    LayerTimes times;
    times.attention = TimesOf(shape.GetAttentionFlops(convention), parallelism, rate);
    times.mlp = TimesOf(shape.GetMlpFlops(), parallelism, rate);
    times.experts = TimesOf(shape.GetExpertLayerFlops(), parallelism, rate);
    times.output = TimesOf(shape.GetOutputFlops(), parallelism, rate);
    times.optimizer = OptimizerTime(shape, parallelism, accelerator);
    return times;
}

LayerTimes
LayerTimes::FromRoofline(const ModelShape& shape,
                         const Parallelism& parallelism,
                         const Accelerator& accelerator,
                         double efficiency)
{
    auto times = FromFlops(shape, parallelism, accelerator, efficiency);
    const auto weights = ComputeRankParameters(shape, parallelism);
    const MemoryOptions options;
    const double e = options.sizes.activation;
    const auto tokens = static_cast<double>(parallelism.GetTokensOfRank(shape));
    const auto raise = [&](PartTimes& part, double nWeights, double activationBytes)
    {
        const auto time = [&](double bytes) {
            return static_cast<fabric::Ticks>(
                std::llround(bytes / accelerator.memoryRate * PER_SECOND));
        };
        const auto once = time(nWeights * e + activationBytes);
        part.forward = std::max(part.forward, once);
        part.inputGradient = std::max(part.inputGradient, once);
        part.weightGradient =
            std::max(part.weightGradient, time(2 * nWeights * e + activationBytes));
    };
    // The account of a layer is that of its attention and its MLP together.
    const auto layer = [&](bool hasExperts) {
        return static_cast<double>(
            ComputeLayerActivations(shape, parallelism, options, hasExperts));
    };
    const double sequenceShare = parallelism.sequenceParallel ? parallelism.tensor : 1;
    const double attention =
        tokens * e *
        (2.0 * shape.hidden / sequenceShare +
         (2.0 + 2.0 * shape.kvHeads / shape.heads) * shape.hidden / parallelism.tensor);
    raise(times.attention, static_cast<double>(weights.attention), attention);
    raise(times.mlp, static_cast<double>(weights.mlp), std::max(layer(false) - attention, 0.0));
    if (shape.moe.experts > 0)
    {
        raise(times.experts,
              static_cast<double>(weights.expertLayer + weights.experts),
              std::max(layer(true) - attention, 0.0));
    }
    raise(times.output,
          static_cast<double>(weights.output),
          tokens * (e * shape.hidden + 4.0 * shape.vocabulary / parallelism.tensor));
    raise(times.embedding, 0, 2 * tokens * e * shape.hidden);
    return times;
}

LayerTimesTable
LayerTimesTable::Read(std::istream& input, const std::string& name, std::vector<Finding>& findings)
{
    return Reader(input, name, findings).Run();
}

LayerTimes
LayerTimesTable::Apply(const ModelShape& shape,
                       const Parallelism& parallelism,
                       const Accelerator& accelerator,
                       std::vector<Finding>& findings) const
{
    const std::array<uint32_t, N_KEYS> wanted{
        {shape.hidden, shape.sequence, shape.ffn, parallelism.tensor, parallelism.microBatch}};
    for (std::size_t i = 0; i < wanted.size(); ++i)
    {
        if (holdsFor[i] != 0 && holdsFor[i] != wanted[i])
        {
            findings.push_back({Finding::ERROR,
                                file,
                                holdsForLine[i],
                                1,
                                "measured for " + std::string(KEY_NAMES[i] + 1) + ' ' +
                                    std::to_string(holdsFor[i]) + ", but the job has " +
                                    std::to_string(wanted[i])});
        }
    }
    LayerTimes times;
    // Measured with whole sequences; context ranks share them out evenly.
    const auto own = [&](const std::optional<PartTimes>& part)
    {
        const auto whole = part.value_or(PartTimes{});
        const fabric::Ticks n = parallelism.context;
        return PartTimes{whole.forward / n, whole.inputGradient / n, whole.weightGradient / n};
    };
    times.attention = own(attention);
    times.mlp = own(mlp);
    times.embedding = own(embedding);
    const auto note = [&](const std::string& message) {
        findings.push_back({Finding::NOTE, file, 0, 0, message});
    };
    const double flops =
        3.0 * static_cast<double>(shape.GetAttentionFlops() + shape.GetMlpFlops()) *
        parallelism.microBatch / (static_cast<double>(parallelism.tensor) * parallelism.context);
    const auto busy = times.attention.forward + times.attention.GetBackward() + times.mlp.forward +
                      times.mlp.GetBackward();
    const auto estimate = [&](const char* part, uint64_t flopsPerSample)
    {
        const auto estimated = busy > 0 ? TimesOf(flopsPerSample,
                                                  parallelism,
                                                  flops / (static_cast<double>(busy) / PER_SECOND))
                                        : PartTimes{};
        note("no part " + std::string(part) + ": estimated as " +
             std::to_string(estimated.forward / 1000) +
             " ns forward from operation counts at the efficiency of attention and mlp");
        return estimated;
    };
    times.output = output ? own(output) : estimate("output", shape.GetOutputFlops());
    if (shape.moe.experts > 0)
    {
        times.experts = experts ? own(experts) : estimate("experts", shape.GetExpertLayerFlops());
    }
    if (optimizer)
    {
        times.optimizer = *optimizer;
    }
    else
    {
        times.optimizer = OptimizerTime(shape, parallelism, accelerator);
        note("no part optimizer: estimated as " + std::to_string(times.optimizer / 1000) +
             " ns from the accelerator's memory rate");
    }
    return times;
}

} // namespace ns3::workload
