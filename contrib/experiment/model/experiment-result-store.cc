/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "experiment-result-store.h"

#include "experiment-version.h"

namespace ns3::experiment
{

namespace
{

constexpr int64_t APPLICATION_ID = 0x57656674; ///< "Weft", in the header of the file
constexpr int64_t SCHEMA_VERSION = 4;          ///< of the tables below

/** The tables. Columns say their unit. */
const char* const TABLES = R"sql(
CREATE TABLE run (
  run_id INTEGER PRIMARY KEY AUTOINCREMENT, program TEXT NOT NULL, name TEXT NOT NULL,
  arguments TEXT NOT NULL, configuration TEXT NOT NULL, seed INTEGER NOT NULL,
  rng_run INTEGER NOT NULL, weft_version TEXT NOT NULL, ns3_version TEXT NOT NULL,
  source TEXT NOT NULL, started_utc TEXT NOT NULL, status TEXT NOT NULL, setup_s REAL, wall_s REAL,
  events INTEGER, packet_hops INTEGER, simulated_ps INTEGER);
CREATE TABLE rank_step (
  run_id INTEGER NOT NULL REFERENCES run, job INTEGER NOT NULL, rank INTEGER NOT NULL, step INTEGER NOT NULL,
  duration_ps INTEGER NOT NULL, compute_ps INTEGER NOT NULL, exposed_ps INTEGER NOT NULL,
  waiting_ps INTEGER NOT NULL, idle_ps INTEGER NOT NULL, PRIMARY KEY (run_id, job, step, rank));
CREATE TABLE rank_time (
  run_id INTEGER NOT NULL REFERENCES run, job INTEGER NOT NULL, rank INTEGER NOT NULL, step INTEGER NOT NULL,
  dimension TEXT NOT NULL, exposed_ps INTEGER NOT NULL, waiting_ps INTEGER NOT NULL,
  PRIMARY KEY (run_id, job, step, rank, dimension));
CREATE TABLE checkpoint (
  run_id INTEGER NOT NULL REFERENCES run, job INTEGER NOT NULL, step INTEGER NOT NULL,
  bytes INTEGER NOT NULL, start_ps INTEGER NOT NULL, end_ps INTEGER NOT NULL,
  stall_ps INTEGER NOT NULL, PRIMARY KEY (run_id, job, step));
CREATE TABLE collective (
  run_id INTEGER NOT NULL REFERENCES run, job INTEGER NOT NULL, group_name TEXT NOT NULL, dimension TEXT NOT NULL,
  type TEXT NOT NULL, step INTEGER NOT NULL, sequence INTEGER NOT NULL, ranks INTEGER NOT NULL,
  bytes INTEGER NOT NULL, first_start_ps INTEGER NOT NULL, last_start_ps INTEGER NOT NULL,
  last_finish_ps INTEGER NOT NULL, busbw_bytes_per_s REAL NOT NULL);
CREATE TABLE message (
  run_id INTEGER NOT NULL REFERENCES run, source INTEGER NOT NULL, destination INTEGER NOT NULL,
  channel INTEGER NOT NULL, bytes INTEGER NOT NULL, sent_ps INTEGER NOT NULL, received_ps INTEGER);
CREATE TABLE flow (
  run_id INTEGER NOT NULL REFERENCES run, flow INTEGER NOT NULL, source INTEGER NOT NULL,
  destination INTEGER NOT NULL, class INTEGER NOT NULL, verb TEXT NOT NULL, bytes INTEGER NOT NULL,
  start_ps INTEGER NOT NULL, received_ps INTEGER, acknowledged_ps INTEGER, ideal_ps INTEGER,
  PRIMARY KEY (run_id, flow));
CREATE TABLE port (
  run_id INTEGER NOT NULL REFERENCES run, node TEXT NOT NULL, port INTEGER NOT NULL,
  peer TEXT NOT NULL, rate_bps INTEGER NOT NULL, tx_frames INTEGER NOT NULL,
  tx_bytes INTEGER NOT NULL, rx_frames INTEGER NOT NULL, rx_bytes INTEGER NOT NULL,
  drops INTEGER NOT NULL, ecn_marks INTEGER NOT NULL, pfc_sent INTEGER NOT NULL,
  pfc_received INTEGER NOT NULL, paused_ps INTEGER NOT NULL, PRIMARY KEY (run_id, node, port));
CREATE TABLE switch (
  run_id INTEGER NOT NULL REFERENCES run, node TEXT NOT NULL, frames_forwarded INTEGER NOT NULL,
  drops_no_route INTEGER NOT NULL, drops_hop_limit INTEGER NOT NULL,
  drops_buffer INTEGER NOT NULL, drops_lossless INTEGER NOT NULL, peak_bytes INTEGER NOT NULL,
  PRIMARY KEY (run_id, node));
CREATE TABLE nic (
  run_id INTEGER NOT NULL REFERENCES run, node TEXT NOT NULL, queue_pairs INTEGER NOT NULL,
  data_frames INTEGER NOT NULL, retransmissions INTEGER NOT NULL, timeouts INTEGER NOT NULL,
  naks_sent INTEGER NOT NULL, naks_received INTEGER NOT NULL, acks_sent INTEGER NOT NULL,
  cnps_sent INTEGER NOT NULL, cnps_received INTEGER NOT NULL, out_of_order INTEGER NOT NULL,
  duplicates INTEGER NOT NULL, PRIMARY KEY (run_id, node));
CREATE TABLE port_sample (
  run_id INTEGER NOT NULL REFERENCES run, time_ps INTEGER NOT NULL, node TEXT NOT NULL,
  port INTEGER NOT NULL, queue_bytes INTEGER NOT NULL, tx_bytes INTEGER NOT NULL,
  ecn_marks INTEGER NOT NULL, paused_ps INTEGER NOT NULL);
CREATE TABLE metric (
  run_id INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, value REAL,
  PRIMARY KEY (run_id, name));
)sql";

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const RankStepRow& r)
{
    insert.Run(run, r.job, r.rank, r.step, r.duration, r.compute, r.exposed, r.waiting, r.idle);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const RankTimeRow& r)
{
    insert.Run(run, r.job, r.rank, r.step, r.dimension, r.exposed, r.waiting);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const CheckpointRow& r)
{
    insert.Run(run, r.job, r.step, r.bytes, r.start, r.end, r.stall);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const CollectiveRow& r)
{
    insert.Run(run,
               r.job,
               r.group,
               r.dimension,
               r.type,
               r.step,
               r.sequence,
               r.ranks,
               r.bytes,
               r.firstStart,
               r.lastStart,
               r.lastFinish,
               r.busBandwidth);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const MessageRow& r)
{
    insert.Run(run, r.source, r.destination, r.channel, r.bytes, r.sent, r.received);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const FlowRow& r)
{
    insert.Run(run,
               r.index,
               r.source,
               r.destination,
               r.priority,
               r.verb,
               r.bytes,
               r.start,
               r.received,
               r.acknowledged,
               r.ideal);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const PortRow& r)
{
    insert.Run(run,
               r.node,
               r.port,
               r.peer,
               r.bitRate,
               r.txFrames,
               r.txBytes,
               r.rxFrames,
               r.rxBytes,
               r.drops,
               r.ecnMarks,
               r.pfcSent,
               r.pfcReceived,
               r.paused);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const SwitchRow& r)
{
    insert.Run(run,
               r.node,
               r.framesForwarded,
               r.dropsNoRoute,
               r.dropsHopLimit,
               r.dropsBuffer,
               r.dropsLossless,
               r.peakBytes);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const NicRow& r)
{
    insert.Run(run,
               r.node,
               r.queuePairs,
               r.dataFrames,
               r.retransmissions,
               r.timeouts,
               r.naksSent,
               r.naksReceived,
               r.acksSent,
               r.cnpsSent,
               r.cnpsReceived,
               r.outOfOrder,
               r.duplicates);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const PortSampleRow& r)
{
    insert.Run(run, r.time, r.node, r.port, r.queueBytes, r.txBytes, r.ecnMarks, r.paused);
}

/** Write a row. */
void
Insert(Statement& insert, int64_t run, const MetricRow& r)
{
    insert.Run(run, r.name, r.value);
}

} // namespace

ResultStore::ResultStore(const std::string& path)
    : m_database(path)
{
    MakeTables();
}

void
ResultStore::MakeTables()
{
    Transaction transaction(m_database);
    int64_t application = 0;
    int64_t version = 0;
    int64_t tables = 0;
    for (const auto& [sql, value] : {std::pair{"PRAGMA application_id", &application},
                                     std::pair{"PRAGMA user_version", &version},
                                     std::pair{"SELECT count(*) FROM sqlite_master", &tables}})
    {
        Statement query(m_database, sql);
        query.Step();
        *value = query.GetInteger(0);
    }
    if (tables == 0)
    {
        m_database.Execute(TABLES);
        m_database.Execute("PRAGMA application_id = " + std::to_string(APPLICATION_ID));
        m_database.Execute("PRAGMA user_version = " + std::to_string(SCHEMA_VERSION));
    }
    else if (application != APPLICATION_ID || version != SCHEMA_VERSION)
    {
        throw DatabaseError(m_database.GetPath() +
                            ": not a result database of this version of Weft; expected another "
                            "directory, or that the file is moved away");
    }
    transaction.Commit();
}

void
ResultStore::BeginRun(const RunRow& run)
{
    Transaction transaction(m_database);
    Statement insert(m_database,
                     "INSERT INTO run (program, name, arguments, configuration, seed, rng_run, "
                     "weft_version, ns3_version, source, started_utc, status) VALUES (?, ?, ?, ?, "
                     "?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'running')");
    insert.Run(run.program,
               run.name,
               run.arguments,
               run.configuration,
               run.seed,
               run.rngRun,
               GetWeftVersion(),
               GetNs3Version(),
               GetSourceVersion());
    m_run = m_database.GetLastRowId();
    transaction.Commit();
}

void
ResultStore::EndRun(const RunEndRow& end)
{
    Commit();
    Statement update(m_database,
                     "UPDATE run SET status = ?, setup_s = ?, wall_s = ?, events = ?, packet_hops "
                     "= ?, simulated_ps = ? WHERE run_id = ?");
    update.Run(end.status,
               end.setupSeconds,
               end.wallSeconds,
               end.nEvents,
               end.packetHops,
               end.simulatedTime,
               m_run);
}

int64_t
ResultStore::GetRunId() const
{
    return m_run;
}

template <typename Row>
void
ResultStore::Flush(std::vector<Row>& rows, const char* sql)
{
    if (rows.empty())
    {
        return;
    }
    Statement insert(m_database, sql);
    for (const auto& row : rows)
    {
        Insert(insert, m_run, row);
    }
    rows.clear();
}

void
ResultStore::Commit()
{
    if (m_nPending == 0)
    {
        return;
    }
    Transaction transaction(m_database);
    Flush(std::get<std::vector<RankStepRow>>(m_rows),
          "INSERT INTO rank_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<RankTimeRow>>(m_rows),
          "INSERT INTO rank_time VALUES (?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<CheckpointRow>>(m_rows),
          "INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<CollectiveRow>>(m_rows),
          "INSERT INTO collective VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<MessageRow>>(m_rows),
          "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, nullif(?, -1))");
    Flush(
        std::get<std::vector<FlowRow>>(m_rows),
        "INSERT INTO flow VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, -1), nullif(?, -1), nullif(?, "
        "-1))");
    Flush(std::get<std::vector<PortRow>>(m_rows),
          "INSERT INTO port VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<SwitchRow>>(m_rows),
          "INSERT INTO switch VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<NicRow>>(m_rows),
          "INSERT INTO nic VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<PortSampleRow>>(m_rows),
          "INSERT INTO port_sample VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    Flush(std::get<std::vector<MetricRow>>(m_rows), "INSERT INTO metric VALUES (?, ?, ?)");
    transaction.Commit();
    m_nPending = 0;
}

Database&
ResultStore::GetDatabase()
{
    return m_database;
}

} // namespace ns3::experiment
