/*
 * translate: litephant translate FILE.db < q.sql – what analysis, lowering and emission make of
 * each statement.
 */
#ifndef TRANSLATE_H
#define TRANSLATE_H

/* Returns the process's exit status. */
int translate_file(const char *file);

#endif
