/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-trace-event.h"

namespace ns3::experiment
{

double
ToMicroseconds(fabric::Ticks time)
{
    constexpr double perMicrosecond = 1e6;
    return static_cast<double>(time) / perMicrosecond;
}

void
BeginTraceEvent(JsonWriter& json, const TraceEvent& event)
{
    json.BeginObject();
    json.Field("ph", "X");
    json.Field("cat", event.category);
    json.Field("name", event.name);
    json.Field("pid", event.process);
    json.Field("tid", event.thread);
    json.Field("ts", ToMicroseconds(event.start));
    json.Field("dur", ToMicroseconds(event.end - event.start));
    json.BeginObject("args");
}

void
EndTraceEvent(JsonWriter& json)
{
    json.EndObject();
    json.EndObject();
}

void
WriteTraceName(JsonWriter& json,
               const std::string& what,
               uint64_t process,
               uint64_t thread,
               const std::string& name)
{
    json.BeginObject();
    json.Field("ph", "M");
    json.Field("name", what);
    json.Field("pid", process);
    json.Field("tid", thread);
    json.BeginObject("args");
    json.Field("name", name);
    json.EndObject();
    json.EndObject();
}

void
WriteTraceCounter(JsonWriter& json,
                  const std::string& name,
                  uint64_t process,
                  fabric::Ticks time,
                  double value)
{
    json.BeginObject();
    json.Field("ph", "C");
    json.Field("name", name);
    json.Field("pid", process);
    json.Field("ts", ToMicroseconds(time));
    json.BeginObject("args");
    json.Field("value", value);
    json.EndObject();
    json.EndObject();
}

} // namespace ns3::experiment
