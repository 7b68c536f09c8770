/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The wrapper over SQLite: transactions, results, errors, and what a kill leaves behind.

#include "ns3/experiment-database.h"

#include <csignal>
#include <cstdio>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace ns3::experiment;

namespace
{

/** A database file that is removed at the end of a test. */
class DatabaseTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        m_path = ::testing::TempDir() + "weft-database-" + std::to_string(getpid()) + ".sqlite";
        std::remove(m_path.c_str());
    }

    void TearDown() override
    {
        std::remove(m_path.c_str());
        std::remove((m_path + "-journal").c_str());
    }

    std::string m_path; ///< the file
};

TEST_F(DatabaseTest, ValuesComeBackAsTheyWentIn)
{
    Database database(m_path);
    database.Execute("CREATE TABLE t (i INTEGER, r REAL, s TEXT)");
    Statement insert(database, "INSERT INTO t VALUES (?, ?, ?)");
    insert.Run(uint64_t{1} << 62, 1.0 / 3.0, std::string("a\0'b", 4));
    insert.Run(-1, 0.0, nullptr);
    EXPECT_EQ(database.GetLastRowId(), 2);
    Statement select(database, "SELECT i, r, s FROM t WHERE i <> ? ORDER BY i DESC");
    select.Start(0);
    ASSERT_TRUE(select.Step());
    EXPECT_EQ(select.GetInteger(0), int64_t{1} << 62);
    EXPECT_EQ(select.GetReal(1), 1.0 / 3.0);
    ASSERT_TRUE(select.Step());
    EXPECT_EQ(select.GetInteger(0), -1);
    EXPECT_EQ(select.GetText(2), "");
    EXPECT_FALSE(select.Step());
    EXPECT_THROW(insert.Run(UINT64_MAX, 0.0, ""), DatabaseError);
}

TEST_F(DatabaseTest, TransactionWithoutCommitNeverWas)
{
    Database database(m_path);
    database.Execute("CREATE TABLE t (i INTEGER)");
    Statement insert(database, "INSERT INTO t VALUES (?)");
    {
        Transaction transaction(database);
        insert.Run(1);
        transaction.Commit();
    }
    {
        Transaction transaction(database);
        insert.Run(2);
    }
    Statement select(database, "SELECT count(*), max(i) FROM t");
    ASSERT_TRUE(select.Step());
    EXPECT_EQ(select.GetInteger(0), 1);
    EXPECT_EQ(select.GetInteger(1), 1);
}

TEST_F(DatabaseTest, ErrorsNameTheFile)
{
    EXPECT_THROW(Database("/nonexistent/x.sqlite"), DatabaseError);
    Database database(m_path);
    try
    {
        database.Execute("SELEKT 1");
        FAIL() << "expected an error";
    }
    catch (const DatabaseError& error)
    {
        EXPECT_EQ(std::string(error.what()).rfind(m_path + ": ", 0), 0U) << error.what();
    }
}

TEST_F(DatabaseTest, CommittedRowsSurviveKill)
{
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0)
    {
        Database database(m_path);
        database.Execute("CREATE TABLE t (i INTEGER)");
        database.Execute("PRAGMA cache_size = 1"); // makes SQLite write pages before the commit
        Statement insert(database, "INSERT INTO t VALUES (?)");
        Transaction first(database);
        insert.Run(1);
        first.Commit();
        Transaction second(database);
        for (int i = 0; i < 100000; ++i)
        {
            insert.Run(2);
        }
        raise(SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    Database database(m_path);
    Statement check(database, "PRAGMA integrity_check");
    ASSERT_TRUE(check.Step());
    EXPECT_EQ(check.GetText(0), "ok");
    Statement select(database, "SELECT count(*) FROM t");
    ASSERT_TRUE(select.Step());
    EXPECT_EQ(select.GetInteger(0), 1);
}

} // namespace
