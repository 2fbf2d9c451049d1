package report

func pullWordsZH() Words {
	return Words{}
}
