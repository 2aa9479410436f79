#include "base/deep_stack.h"

#include <pthread.h>

struct job {
	void (*fn)(void *arg);
	void *arg;
};

static void *
run(void *arg)
{
	struct job *j = arg;

	j->fn(j->arg);
	return NULL;
}

bool
deep_stack_run(size_t bytes, void (*fn)(void *arg), void *arg)
{
	struct job j = {fn, arg};
	pthread_attr_t attr;
	pthread_t thread;
	bool started;

	if (pthread_attr_init(&attr) != 0)
		return false;
	started = pthread_attr_setstacksize(&attr, bytes) == 0 &&
		  pthread_create(&thread, &attr, run, &j) == 0;
	pthread_attr_destroy(&attr);
	if (started)
		pthread_join(thread, NULL);
	return started;
}
