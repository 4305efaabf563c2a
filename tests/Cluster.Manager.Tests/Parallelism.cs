// They mostly wait for other programs: more of them at once than there are cores.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
