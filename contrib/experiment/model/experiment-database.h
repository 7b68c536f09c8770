/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_DATABASE_H
#define EXPERIMENT_DATABASE_H

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * Something went wrong with a database: disk full, file locked, not a database.
 */
class DatabaseError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/**
 * @ingroup experiment
 * An SQLite database file. Errors are thrown as DatabaseError.
 *
 * The file is written through a journal, so that whatever was committed is readable after the
 * program was killed.
 */
class Database
{
  public:
    /** @param path the file; made if it is not there */
    explicit Database(const std::string& path);
    ~Database();

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /** @param sql statements without parameters and results */
    void Execute(const std::string& sql);

    /** @return row id of the row inserted last */
    int64_t GetLastRowId() const;

    /** @return name of the file */
    const std::string& GetPath() const;

  private:
    friend class Statement;

    std::string m_path; ///< the file
    sqlite3* m_handle;  ///< SQLite's handle
};

/**
 * @ingroup experiment
 * A prepared statement, to be run many times.
 *
 * @code
 *   Statement insert(database, "INSERT INTO step VALUES (?, ?, ?)");
 *   insert.Run(run, step, duration);
 * @endcode
 */
class Statement
{
  public:
    /** @param database the database; must outlive the statement @param sql one statement */
    Statement(Database& database, const std::string& sql);
    ~Statement();

    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /** Bind all parameters and run to the end, ignoring rows. @param values in the order of the ?
     */
    template <typename... T>
    void Run(const T&... values)
    {
        Reset();
        int index = 0;
        (Bind(++index, values), ...);
        while (Step())
        {
        }
        Reset();
    }

    /** Start a query. @param values in the order of the ? */
    template <typename... T>
    void Start(const T&... values)
    {
        Reset();
        int index = 0;
        (Bind(++index, values), ...);
    }

    /** @return whether there is another row */
    bool Step();

    /** @param column from 0 @return the value in the current row */
    int64_t GetInteger(int column) const;
    /** @param column from 0 @return the value in the current row */
    double GetReal(int column) const;
    /** @param column from 0 @return the value in the current row */
    std::string GetText(int column) const;

  private:
    /** Make the statement ready to be run again. */
    void Reset();
    /** @param code an SQLite result code: throws unless it is good */
    void Check(int code) const;
    /** @param index from 1 @param value an integer, at most 2^63-1 */
    void Bind(int index, int64_t value);
    /** @param index from 1 @param value an integer, at most 2^63-1 */
    void Bind(int index, uint64_t value);
    /** @param index from 1 @param value an integer */
    void Bind(int index, int32_t value);
    /** @param index from 1 @param value an integer */
    void Bind(int index, uint32_t value);
    /** @param index from 1 @param value a number */
    void Bind(int index, double value);
    /** @param index from 1 @param value a text */
    void Bind(int index, const std::string& value);
    /** @param index from 1 @param value a text */
    void Bind(int index, const char* value);
    /** @param index from 1 */
    void Bind(int index, std::nullptr_t);

    Database& m_database;      ///< the database
    sqlite3_stmt* m_statement; ///< SQLite's handle
};

/**
 * @ingroup experiment
 * Makes everything between construction and Commit one transaction; without Commit it never was.
 */
class Transaction
{
  public:
    /** @param database the database; must outlive the transaction */
    explicit Transaction(Database& database);
    ~Transaction();

    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /** Make it last. */
    void Commit();

  private:
    Database& m_database; ///< the database
    bool m_open{true};    ///< not committed yet
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_DATABASE_H */
