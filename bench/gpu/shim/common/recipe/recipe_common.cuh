// The NVFP4 kernel includes this and uses nothing of it.
