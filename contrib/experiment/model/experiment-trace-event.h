/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_TRACE_EVENT_H
#define EXPERIMENT_TRACE_EVENT_H

#include "experiment-json-writer.h"

#include "ns3/fabric-time.h"

#include <cstdint>
#include <string>

namespace ns3::experiment
{

/// Threads of communications are numbered from here, those of computations are streams.
constexpr uint32_t COMMUNICATION_ROWS = 100'000;

/** @param time a time @return it in microseconds, the unit of these files */
double ToMicroseconds(fabric::Ticks time);

/** Where an event of the Trace Event Format stands, and when it was. */
struct TraceEvent
{
    std::string category;   ///< "cat"
    std::string name;       ///< for people to read
    uint64_t process{0};    ///< number of the process
    uint64_t thread{0};     ///< number of the thread
    fabric::Ticks start{0}; ///< when it began
    fabric::Ticks end{0};   ///< when it was over
};

/** Begin a complete event; its arguments are still to be written. @param json where to @param event
 * what */
void BeginTraceEvent(JsonWriter& json, const TraceEvent& event);

/** End an event that BeginTraceEvent began. @param json where to */
void EndTraceEvent(JsonWriter& json);

/**
 * Write what a process or a thread is called, as an event of metadata.
 *
 * @param json where to
 * @param what "process_name" or "thread_name"
 * @param process its number
 * @param thread its number
 * @param name the name
 */
void WriteTraceName(JsonWriter& json,
                    const std::string& what,
                    uint64_t process,
                    uint64_t thread,
                    const std::string& name);

/**
 * Write the value of a counter from a time on.
 *
 * @param json where to
 * @param name of the counter
 * @param process it belongs to
 * @param time from when on
 * @param value its value
 */
void WriteTraceCounter(JsonWriter& json,
                       const std::string& name,
                       uint64_t process,
                       fabric::Ticks time,
                       double value);

} // namespace ns3::experiment

#endif /* EXPERIMENT_TRACE_EVENT_H */
