// A shared object that is no plugin.
extern "C" int answer_to_everything() { return 42; }
