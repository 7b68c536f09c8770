/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_RESULT_STORE_H
#define EXPERIMENT_RESULT_STORE_H

#include "experiment-database.h"

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace ns3::experiment
{

/** What is known of a run before it starts. */
struct RunRow
{
    std::string program;       ///< name of the program
    std::string name;          ///< name of the scenario
    std::string arguments;     ///< command line
    std::string configuration; ///< everything that decides the result, as JSON
    uint32_t seed{1};          ///< seed of the random numbers
    uint64_t rngRun{1};        ///< ns-3's run number
};

/** What is known of a run after it ended. */
struct RunEndRow
{
    std::string status;       ///< complete, interrupted, stalled or failed
    double setupSeconds{0};   ///< wall time before the first event, s
    double wallSeconds{0};    ///< wall time of the simulation, s
    uint64_t nEvents{0};      ///< events executed
    uint64_t packetHops{0};   ///< frames sent by all ports
    int64_t simulatedTime{0}; ///< end of the simulation, ps
};

/** A finished step of a rank; times in ps. */
struct RankStepRow
{
    uint32_t job{0};     ///< which of the run's jobs
    uint32_t rank{0};    ///< who
    uint32_t step{0};    ///< which, from 0
    int64_t duration{0}; ///< from its start to its end
    int64_t compute{0};  ///< computing
    int64_t exposed{0};  ///< not computing, communicating
    int64_t waiting{0};  ///< not computing, waiting for partners
    int64_t idle{0};     ///< nothing under way
};

/** Where the time of a rank's step went that is not computing, by dimension; times in ps. */
struct RankTimeRow
{
    uint32_t job{0};       ///< which of the run's jobs
    uint32_t rank{0};      ///< who
    uint32_t step{0};      ///< which, from 0
    std::string dimension; ///< what was communicated: TP, PP, ...
    int64_t exposed{0};    ///< not computing, communicating
    int64_t waiting{0};    ///< not computing, waiting for partners
};

/** A checkpoint of a job; times in ps. */
struct CheckpointRow
{
    uint32_t job{0};   ///< which of the run's jobs
    uint32_t step{0};  ///< of which step, from 0
    uint64_t bytes{0}; ///< written
    int64_t start{0};  ///< when the first rank began
    int64_t end{0};    ///< when all of it was written
    int64_t stall{0};  ///< longest time that a rank did nothing but wait for it
};

/** A finished collective of a group; times in ps. */
struct CollectiveRow
{
    uint32_t job{0};        ///< which of the run's jobs
    std::string group;      ///< name of the group
    std::string dimension;  ///< what it was for
    std::string type;       ///< all-reduce, ...
    uint32_t step{0};       ///< step of the job, from 0
    uint32_t sequence{0};   ///< number within step and group, from 0
    uint32_t ranks{0};      ///< members of the group
    uint64_t bytes{0};      ///< size
    int64_t firstStart{0};  ///< when the first rank joined
    int64_t lastStart{0};   ///< when the last rank joined
    int64_t lastFinish{0};  ///< when the last rank was done
    double busBandwidth{0}; ///< as nccl-tests define it, from lastStart, bytes/s
};

/** A message between accelerators that has arrived; times in ps. */
struct MessageRow
{
    uint32_t source{0};      ///< sending accelerator
    uint32_t destination{0}; ///< receiving accelerator
    uint32_t channel{0};     ///< order is kept within a channel
    uint64_t bytes{0};       ///< size
    int64_t sent{0};         ///< when it was handed to the network
    int64_t received{0};     ///< when it had arrived whole; -1 if it never did
};

/** A flow of a flow list; times in ps. */
struct FlowRow
{
    uint32_t index{0};        ///< number in the list, from 0
    uint32_t source{0};       ///< sending accelerator
    uint32_t destination{0};  ///< receiving accelerator
    uint32_t priority{0};     ///< class on the wire
    std::string verb;         ///< cluster::MessageVerb
    uint64_t bytes{0};        ///< size
    int64_t start{0};         ///< when it was handed to the network
    int64_t received{-1};     ///< when it had arrived whole; -1 if it never did
    int64_t acknowledged{-1}; ///< when its sender knew; -1 if it never did
    int64_t ideal{-1};        ///< from start to acknowledged if it were alone; -1 without a way
};

/** Counters of a port at the end of a run. */
struct PortRow
{
    std::string node;        ///< name of the node
    uint32_t port{0};        ///< index of the port at the node
    std::string peer;        ///< name of the node at the other end
    uint64_t bitRate{0};     ///< rate, bit/s
    uint64_t txFrames{0};    ///< frames sent
    uint64_t txBytes{0};     ///< bytes sent, FCS included
    uint64_t rxFrames{0};    ///< frames received
    uint64_t rxBytes{0};     ///< bytes received, FCS included
    uint64_t drops{0};       ///< frames dropped here
    uint64_t ecnMarks{0};    ///< frames marked CE when leaving here
    uint64_t pfcSent{0};     ///< PFC frames sent that pause
    uint64_t pfcReceived{0}; ///< PFC frames received that pause
    int64_t paused{0};       ///< time that the peer kept a class of this port paused, ps
};

/** Counters of the memory and the tables of a switch at the end of a run. */
struct SwitchRow
{
    std::string node;            ///< name of the node
    uint64_t framesForwarded{0}; ///< frames handed to a port
    uint64_t dropsNoRoute{0};    ///< frames without a way
    uint64_t dropsHopLimit{0};   ///< frames in a loop
    uint64_t dropsBuffer{0};     ///< frames not admitted to the memory
    uint64_t dropsLossless{0};   ///< of these, frames of lossless classes
    uint64_t peakBytes{0};       ///< largest occupancy of the memory
};

/** Counters of a NIC at the end of a run. */
struct NicRow
{
    std::string node;            ///< name of the node
    uint32_t queuePairs{0};      ///< queue pairs
    uint64_t dataFrames{0};      ///< data frames sent, retransmissions included
    uint64_t retransmissions{0}; ///< data frames sent again
    uint64_t timeouts{0};        ///< acknowledgments that did not come in time
    uint64_t naksSent{0};        ///< NAKs sent
    uint64_t naksReceived{0};    ///< NAKs received
    uint64_t acksSent{0};        ///< ACKs sent
    uint64_t cnpsSent{0};        ///< congestion notifications sent
    uint64_t cnpsReceived{0};    ///< congestion notifications received
    uint64_t outOfOrder{0};      ///< data frames that came before one that was missing
    uint64_t duplicates{0};      ///< data frames that had come before
};

/** A look at a port during a run. */
struct PortSampleRow
{
    int64_t time{0};        ///< when, ps
    std::string node;       ///< name of the node
    uint32_t port{0};       ///< index of the port at the node
    uint64_t queueBytes{0}; ///< bytes that wait, all classes
    uint64_t txBytes{0};    ///< bytes sent so far
    uint64_t ecnMarks{0};   ///< frames marked CE so far
    int64_t paused{0};      ///< time paused so far, ps
};

/** A figure of the summary. */
struct MetricRow
{
    std::string name; ///< key of the JSON summary, with its unit
    double value{0};  ///< value in that unit
};

/**
 * @ingroup experiment
 * The result database. Many runs share a file, each with its id; what a run wrote is committed in
 * batches, so that the file is readable at any time, also after the program was killed.
 *
 * Everything but the table run depends on scenario and seed alone. Times are integers in
 * picoseconds of simulated time.
 */
class ResultStore
{
  public:
    /** @param path the file, made if it is not there; ":memory:" for none */
    explicit ResultStore(const std::string& path);

    /** @param run the run that starts; whatever is added from now on belongs to it */
    void BeginRun(const RunRow& run);

    /** @param end how the run ended; everything is committed */
    void EndRun(const RunEndRow& end);

    /** @return id of the run */
    int64_t GetRunId() const;

    /** @param row a row of the run, written at the next Commit; any of the row types above */
    template <typename Row>
    void Add(const Row& row)
    {
        std::get<std::vector<Row>>(m_rows).push_back(row);
        if (++m_nPending >= BATCH_ROWS)
        {
            Commit();
        }
    }

    /** Write what was added, as one transaction. Also done by itself after many rows. */
    void Commit();

    /** @return the database, for queries */
    Database& GetDatabase();

  private:
    /** Make the tables unless they are there; refuse files that hold something else. */
    void MakeTables();

    /** Write the rows of one type. @param rows the rows; empty afterwards @param sql the insertion
     */
    template <typename Row>
    void Flush(std::vector<Row>& rows, const char* sql);

    static constexpr std::size_t BATCH_ROWS = 50000; ///< rows of a transaction at most

    Database m_database; ///< the file
    int64_t m_run{0};    ///< id of the run
    std::tuple<std::vector<RankStepRow>,
               std::vector<RankTimeRow>,
               std::vector<CheckpointRow>,
               std::vector<CollectiveRow>,
               std::vector<MessageRow>,
               std::vector<FlowRow>,
               std::vector<PortRow>,
               std::vector<SwitchRow>,
               std::vector<NicRow>,
               std::vector<PortSampleRow>,
               std::vector<MetricRow>>
        m_rows;                ///< rows to be written
    std::size_t m_nPending{0}; ///< rows to be written
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_RESULT_STORE_H */
