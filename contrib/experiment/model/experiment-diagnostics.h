/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_DIAGNOSTICS_H
#define EXPERIMENT_DIAGNOSTICS_H

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * A place in a file.
 */
struct Position
{
    std::string file;   ///< name of the file, as the user gave it
    uint32_t line{0};   ///< from 1; 0 if it is about the whole file
    uint32_t column{0}; ///< from 1; 0 if it is about the whole line
};

/**
 * @ingroup experiment
 * Collects what is wrong with a user's files, so that all of it can be said at once.
 */
class Diagnostics
{
  public:
    /**
     * @param where the place
     * @param message what is wrong, what was expected
     */
    void Add(const Position& where, const std::string& message);

    /**
     * Something worth knowing that is no error.
     *
     * @param where the place
     * @param message what it is
     */
    void AddNote(const Position& where, const std::string& message);

    /** @param out where to print the notes */
    void PrintNotes(std::ostream& out) const;

    /** @return whether nothing is wrong */
    bool IsEmpty() const;

    /** @return number of errors */
    std::size_t GetN() const;

    /**
     * Print the errors in the order of their discovery as "file:line:column: message", at most 20.
     *
     * @param out where to print
     */
    void Print(std::ostream& out) const;

  private:
    /** @return "file:line:column: message" */
    static std::string Format(const Position& where, const std::string& message);

    std::vector<std::string> m_lines; ///< the errors, ready to be printed
    std::vector<std::string> m_notes; ///< the notes, ready to be printed
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_DIAGNOSTICS_H */
